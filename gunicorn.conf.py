"""How gunicorn serves the application: threads, one for each open page and some for requests.

One process on SQLite; on PostgreSQL set WEB_CONCURRENCY to about the number of cores.
"""

import os
import signal
import threading
from typing import Any

bind = os.environ.get("DRAFTING_BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("DRAFTING_THREADS", "400"))
timeout = 120
graceful_timeout = 10
keepalive = 30
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Keep threads for requests, and let a worker that is told to stop say goodbye on its WebSockets."""
    from drafting.extensions import db
    from drafting.live.house import close_house, house_of

    with worker.wsgi.app_context():
        house_of(db.engine).most = threads - max(4, threads // 8)
    before = signal.getsignal(signal.SIGTERM)

    def say_goodbye() -> None:
        with worker.wsgi.app_context():
            close_house(db.engine)

    def stop(number: int, frame: Any) -> None:
        threading.Thread(target=say_goodbye, name="goodbye").start()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, stop)
