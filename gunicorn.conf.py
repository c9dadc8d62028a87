"""How gunicorn serves the application: threads for requests; open pages need none (drafting/web/reader.py).

One process on SQLite; on PostgreSQL set WEB_CONCURRENCY to about the number of cores.
"""

import gc
import os
import resource
import signal
import threading
from typing import Any

bind = os.environ.get("DRAFTING_BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("DRAFTING_THREADS", "32"))
timeout = 120
graceful_timeout = 10
keepalive = 30
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Keep collecting garbage short, start the clock, and say goodbye on WebSockets when told to stop."""
    from drafting.extensions import db
    from drafting.live.house import close_house
    from drafting.services.clock import Clock
    from drafting.web.reader import reader

    # An open page is an open file: the usual soft limit of 1,024 is less than what one process serves.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4_096) if most != resource.RLIM_INFINITY else 4_096, most))
    # What was loaded stays: looking through all of it again would stop everybody for a tenth of a second.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    Clock(worker.wsgi).start()
    before = signal.getsignal(signal.SIGTERM)

    def say_goodbye() -> None:
        with worker.wsgi.app_context():
            close_house(db.engine)
        reader.wait_until_done(timeout_s=1.0)

    def stop(number: int, frame: Any) -> None:
        threading.Thread(target=say_goodbye, name="goodbye").start()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, stop)
