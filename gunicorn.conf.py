"""How gunicorn serves the application: threads, two for each open page and some for requests.

One process on SQLite; on PostgreSQL set WEB_CONCURRENCY to about the number of cores.
"""

import os

bind = os.environ.get("DRAFTING_BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("DRAFTING_THREADS", "400"))
timeout = 120
graceful_timeout = 10
keepalive = 30
