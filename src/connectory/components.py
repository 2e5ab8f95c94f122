"""Strongly connected components of a graph (Tarjan 1972), without recursion."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def components(graph: Mapping[Node, Sequence[Node]]) -> Iterator[list[Node]]:
    """The components, each after all that it leads to; the nodes of one in the order of ``graph``.

    Args:
        graph: for every node, the nodes that it leads to. All of them are keys.
    """
    order = {node: place for place, node in enumerate(graph)}
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: dict[Node, None] = {}
    for root in graph:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack[root] = None
        path = [(root, iter(graph[root]))]
        while path:
            node, following = path[-1]
            for other in following:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack[other] = None
                    path.append((other, iter(graph[other])))
                    break
                if other in stack:
                    low[node] = min(low[node], index[other])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == index[node]:
                    yield sorted(_pop_through(stack, node), key=order.__getitem__)


def _pop_through(stack: dict[Node, None], node: Node) -> Iterator[Node]:
    while True:
        last, _ = stack.popitem()
        yield last
        if last == node:
            return
