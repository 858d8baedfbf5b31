"""Slow, readable versions of what the library computes, in NumPy: an independent second answer."""
import dataclasses
import heapq
import itertools

import numpy as np

# ---- trade: exact hat algebra (Dekle, Eaton and Kortum 2008; Caliendo and Parro 2015 with a value-added share of 1) -------


@dataclasses.dataclass
class World:
    """A balanced world without intermediates: j sector, n importer, i exporter."""

    trade: np.ndarray  # [sectors, importers, exporters] money, at the exporter's border before tariff
    tariff: np.ndarray  # [sectors, importers, exporters] ad valorem
    elasticity: np.ndarray  # [sectors]

    @property
    def n_sectors(self):
        return self.trade.shape[0]

    @property
    def n_regions(self):
        return self.trade.shape[1]

    @property
    def spending(self):
        """[sectors, importers, exporters] money, with tariffs."""
        return self.trade * (1 + self.tariff)

    @property
    def value_added(self):
        """[regions] money: what a region sells, since nothing is an intermediate."""
        return self.trade.sum(axis=(0, 1))

    @property
    def income(self):
        return self.spending.sum(axis=(0, 2))

    @property
    def final_share(self):
        """[regions, sectors] of income."""
        return (self.spending.sum(axis=2) / self.income).T


def trade_oracle(world, tariff_after, cost_factor):
    """Real income after over before [regions], for tariffs and factors of iceberg cost [sectors, importers, exporters].

    Unknowns are the changes of wages w, that of region 0 being 1 (nothing is fixed in money).  Shares move as
    pi' ~ pi (w k)^-theta with k the change of cost and of 1 + tariff, prices as the sum of that to the power -1 / theta;
    income is wages and tariff revenue; every region sells what it makes.  Newton's method by differences.
    """
    theta = world.elasticity[:, None, None]
    share = world.spending / world.spending.sum(axis=2, keepdims=True)
    barrier = cost_factor * (1 + tariff_after) / (1 + world.tariff)
    alpha = world.final_share.T  # [sectors, regions]

    def at(log_wage):
        """Excess of sales over wages [regions - 1], incomes [regions] and prices [sectors, regions]."""
        wage = np.exp(np.concatenate([[0.0], log_wage]))
        weight = share * (wage[None, None, :] * barrier) ** -theta
        total = weight.sum(axis=2, keepdims=True)
        after = weight / total
        # income = wages + revenue, revenue = income x sum over sectors of alpha x sum of share x tariff / (1 + tariff)
        leak = (alpha * (after * tariff_after / (1 + tariff_after)).sum(axis=2)).sum(axis=0)
        income = wage * world.value_added / (1 - leak)
        sold = (after / (1 + tariff_after) * (alpha * income)[:, :, None]).sum(axis=(0, 1))
        return (sold / (wage * world.value_added) - 1)[1:], income, total[:, :, 0] ** (-1 / world.elasticity[:, None])

    log_wage = np.zeros(world.n_regions - 1)
    for _ in range(100):
        excess, income, price = at(log_wage)
        if np.abs(excess).max() < 1e-12:
            return income / world.income / np.exp((alpha * np.log(price)).sum(axis=0))
        step = 1e-7
        slopes = [(at(log_wage + step * way)[0] - excess) / step for way in np.eye(len(log_wage))]
        log_wage = log_wage + np.clip(np.linalg.solve(np.array(slopes).T, -excess), -0.5, 0.5)
    raise AssertionError("the oracle did not converge")


# ---- least-cost paths (Dijkstra 1959) ----------------------------------------------------------------------------------


def dijkstra(n_nodes, links, origin):
    """Least cost from origin to every node [n_nodes] for links (from, to, cost); infinite where no path leads."""
    leaving = [[] for _ in range(n_nodes)]
    for tail, head, cost in links:
        leaving[tail].append((head, cost))
    best, queue = np.full(n_nodes, np.inf), [(0.0, origin)]
    best[origin] = 0.0
    while queue:
        cost, node = heapq.heappop(queue)
        if cost > best[node]:
            continue
        for head, more in leaving[node]:
            if cost + more < best[head]:
                best[head] = cost + more
                heapq.heappush(queue, (best[head], head))
    return best


# ---- user equilibrium (Frank and Wolfe 1956; the delay function of the Bureau of Public Roads 1964) -----------------------


@dataclasses.dataclass
class Road:
    n_nodes: int
    tail: np.ndarray  # [arcs]
    head: np.ndarray  # [arcs]
    free_time: np.ndarray  # [arcs]
    capacity: np.ndarray  # [arcs]
    b: float = 0.15
    power: float = 4.0

    def time(self, flow):
        return self.free_time * (1 + self.b * (flow / self.capacity) ** self.power)

    def beckmann(self, flow):
        ratio = (flow / self.capacity) ** self.power
        return float((self.free_time * flow * (1 + self.b * ratio / (self.power + 1))).sum())


def all_or_nothing(road, time, demand):
    """Flow [arcs] of all trips on least-cost paths at given times, and what they cost."""
    flow, spent = np.zeros(len(time)), 0.0
    for origin in range(len(demand)):
        best = dijkstra(road.n_nodes, zip(road.tail, road.head, time), origin)
        for destination in np.flatnonzero(demand[origin]):
            if destination == origin:
                continue
            spent += demand[origin, destination] * best[destination]
            node = destination
            while node != origin:  # back along arcs that close the difference
                arcs = np.flatnonzero(road.head == node)
                arc = arcs[np.argmin(best[road.tail[arcs]] + time[arcs])]
                flow[arc] += demand[origin, destination]
                node = road.tail[arc]
    return flow, spent


def frank_wolfe(road, demand, gap=1e-4):
    """Flow [arcs] in user equilibrium, to a relative gap."""
    flow, _ = all_or_nothing(road, road.time(np.zeros(len(road.tail))), demand)
    for _ in range(10000):
        time = road.time(flow)
        target, least = all_or_nothing(road, time, demand)
        if time @ flow <= (1 + gap) * least:
            return flow
        low, high = 0.0, 1.0
        for _ in range(50):  # where Beckmann's function is flat along the line
            step = (low + high) / 2
            slope = road.time(flow + step * (target - flow)) @ (target - flow)
            low, high = (step, high) if slope < 0 else (low, step)
        flow = flow + low * (target - flow)
    raise AssertionError("the oracle did not converge")


# ---- games: values from their definitions, one order and one coalition after the other ------------------------------------


def shapley(n, worth):
    """[n] mean over all orders of arrival of what each adds (Shapley 1953); bit i of a place of worth [2^n]: i is in."""
    value, orders = np.zeros(n), list(itertools.permutations(range(n)))
    for order in orders:
        there = 0
        for player in order:
            value[player] += worth[there | 1 << player] - worth[there]
            there |= 1 << player
    return value / len(orders)


def banzhaf(n, worth):
    """[n] mean over all coalitions of the others of what each adds (Banzhaf 1965)."""
    return np.array([np.mean([worth[s | 1 << i] - worth[s] for s in range(2**n) if not s >> i & 1]) for i in range(n)])


def excess(n, worth, payoff):
    """[2^n - 2] what each coalition, but the empty one and all, lacks to its worth."""
    return np.array([worth[s] - sum(payoff[i] for i in range(n) if s >> i & 1) for s in range(1, 2**n - 1)])


# ---- portfolios: all sets, one after the other ----------------------------------------------------------------------------


def best_set(works, value, budget):
    """The set of projects, as a number whose bit i is project i, that is worth most within the budget: every one is tried.

    works [n] of projects; value {set: worth}
    """
    spent = {s: sum(works[i] for i in range(len(works)) if s >> i & 1) for s in value}
    return max((s for s in value if spent[s] <= budget), key=lambda s: value[s])


def largest_regret(value):
    """[choices] of value [choices, states]: what is missed in the worst state (Savage 1951)."""
    return (value.max(axis=0) - value).max(axis=1)
