"""Time-outs and retries of the activities, in one place, with their reasons."""

from datetime import timedelta

from temporalio.common import RetryPolicy

# Rows: a transaction takes milliseconds; the database may be down for hours, so it is tried for ever.
ROWS_TIMEOUT = timedelta(seconds=30)
ROWS_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=10)
)

# At hand, as part of the workflow's own task, which costs the server a third: once, and not for long, for a task
# that takes ten seconds is taken to be dead. What fails goes the long way, which is tried for ever.
AT_HAND_TIMEOUT = timedelta(seconds=4)
AT_HAND_RETRY = RetryPolicy(maximum_attempts=1)

# A page of openings is one transaction; a killed worker is noticed by its heartbeat.
PAGE_TIMEOUT = timedelta(minutes=5)
PAGE_HEARTBEAT = timedelta(seconds=5)
PAGE_SIZE = 50

# A page of letters renders and speaks SMTP, and says every second that it lives: five seconds of silence are a
# killed worker, not a busy one, and another takes its page.
MAIL_TIMEOUT = timedelta(minutes=5)
MAIL_HEARTBEAT = timedelta(seconds=5)
MAIL_QUEUE = "mail"
# Pages of letters in flight: one renders while another speaks to the mail server.
MAIL_PAGES = 2
# The post looks again at the earliest after this, also when a letter is due already and still claimed.
SHORTEST_REST = timedelta(seconds=1)
