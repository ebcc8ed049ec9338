"""Time-outs and retries of the activities, in one place, with their reasons."""

from datetime import timedelta

from temporalio.common import RetryPolicy

# Rows: a transaction takes milliseconds; the database may be down for hours, so it is tried for ever.
ROWS_TIMEOUT = timedelta(seconds=30)
ROWS_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=10)
)

# A page of openings holds a hundred transactions; a killed worker is noticed by its heartbeat.
PAGE_TIMEOUT = timedelta(minutes=5)
PAGE_HEARTBEAT = timedelta(seconds=5)
PAGE_SIZE = 50

# A page of letters renders and speaks SMTP; heartbeats let another worker take a killed one's page in seconds.
MAIL_TIMEOUT = timedelta(minutes=5)
MAIL_HEARTBEAT = timedelta(seconds=8)
MAIL_QUEUE = "mail"
# Pages of letters in flight: one renders while another speaks to the mail server.
MAIL_PAGES = 2
# The post looks again at the earliest after this, also when a letter is due already and still claimed.
SHORTEST_REST = timedelta(seconds=1)
