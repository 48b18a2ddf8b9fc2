"""The same M/M/1 queue in SimPy, for `npm run bench`: a process for each customer, as SimPy's own bank example has it.

Arguments: arrivals and services per second, customers, seed. Prints a line of JSON.
"""
import json
import random
import resource
import sys

import simpy

arrivals_per_sec, services_per_sec = float(sys.argv[1]), float(sys.argv[2])
customers, seed = int(sys.argv[3]), int(sys.argv[4])
luck = random.Random(seed)
environment = simpy.Environment()
server = simpy.Resource(environment, capacity=1)
waited_sec = 0.0


def customer():
    global waited_sec
    came_sec = environment.now
    with server.request() as request:
        yield request
        waited_sec += environment.now - came_sec
        yield environment.timeout(luck.expovariate(services_per_sec))


def source():
    for _ in range(customers):
        yield environment.timeout(luck.expovariate(arrivals_per_sec))
        environment.process(customer())


environment.process(source())
began_sec = resource.getrusage(resource.RUSAGE_SELF).ru_utime
environment.run()
took_sec = resource.getrusage(resource.RUSAGE_SELF).ru_utime - began_sec
version = getattr(simpy, "__version__", "?")
python = ".".join(str(part) for part in sys.version_info[:3])
print(json.dumps({"userMs": 1000 * took_sec, "customers": customers, "meanWaitMs": 1000 * waited_sec / customers,
                  "version": version, "python": python}))
