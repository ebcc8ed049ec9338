"""`python -m commands.bench.loop SHARE OF`: the floor without Temporal, a loop over its share of what is to be done."""

import sys

from commands.bench.hand import Hand
from settings import Settings


def main() -> None:
    """Say `ready`, wait for a line, deal with every piece whose turn it is, say `done`."""
    share, of = map(int, sys.argv[1:])
    hand = Hand(Settings())
    pieces = hand.pieces()
    hand.warm(pieces)
    _say("ready")
    sys.stdin.readline()
    for piece in list(pieces.values())[share::of]:
        hand.deal(piece)
    _say("done")
    sys.stdin.read()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
