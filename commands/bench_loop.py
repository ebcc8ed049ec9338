"""`python -m commands.bench_loop SHARE OF`: the floor without Temporal, a loop over its share of the letters."""

import sys

from commands.bench_hand import Hand
from settings import Settings


def main() -> None:
    """Say `ready`, wait for a line, deal with every letter whose turn it is, say `done`."""
    share, of = map(int, sys.argv[1:])
    hand = Hand(Settings())
    letters = hand.letters()
    hand.warm(letters[0])
    _say("ready")
    sys.stdin.readline()
    for row in letters[share::of]:
        hand.deal(row)
    _say("done")
    sys.stdin.read()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
