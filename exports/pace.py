"""How often strangers may ask for work that costs computing: counted in memory, by network address."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque


class Pace:
    """At most `count` requests within `window_s` seconds from one subscriber's network; forgets the idle."""

    MAX_NETWORKS = 10_000

    def __init__(self, count: int, window_s: float) -> None:
        self.count, self.window_s = count, window_s
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, network: str, at_s: float) -> bool:
        """Count a request at that time, unless there were too many; tell which."""
        with self._lock:
            times = self._asked.setdefault(network, deque())
            self._asked.move_to_end(network)
            while len(self._asked) > self.MAX_NETWORKS:
                self._asked.popitem(last=False)
            while times and times[0] <= at_s - self.window_s:
                times.popleft()
            if len(times) >= self.count:
                return False
            times.append(at_s)
            return True
