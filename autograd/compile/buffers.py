"""Where each array of a lowered program lives.

Arrays that nobody sees afterwards live in a workspace: allocated once, written by `out=`, updated
in place when an operand is read for the last time, and shared by arrays that are not needed at the
same time.  What is returned gets memory of its own at each call, so that results never alias a
workspace.
"""

from __future__ import annotations

import math

from .calls import Call, Lowering, Var


class Home:
    """One piece of memory, and the variables that live in it one after the other."""

    def __init__(self, var: Var, begin: int) -> None:
        self.vars = [var]
        self.begin = begin
        self.end = begin
        self.fresh = False  # made at each call, since it is returned
        self.given = False  # an argument that may be overwritten
        self.ones: list[Var] = []  # the variables with one more row, which holds ones
        self.after: Home | None = None  # whose memory it takes over

    @property
    def name(self) -> str | None:
        """The user's name of the last variable that has one."""
        return next((v.name for v in reversed(self.vars) if v.name), None)


class Plan:
    """Homes of the variables; which views can be made once, with the workspace."""

    def __init__(self, lowering: Lowering, donated: frozenset[Var] = frozenset()) -> None:
        self.lowering = lowering
        self.home: dict[Var, Home] = {}
        self.base: dict[Var, Var] = {}
        self.contiguous: set[Var] = set()
        self.static: set[Var] = set()  # views that are made with the workspace
        self.last = self.last_uses()
        for var in donated:
            self.home[var] = Home(var, -1)
            self.home[var].fresh = self.home[var].given = True
        self.results = {self.root(y) for y in lowering.outputs}
        self.homes: list[Home] = []
        for i, call in enumerate(lowering.calls):
            self.place(call, i)
        for home in self.homes:
            home.end = max(self.last.get(v, home.begin) for v in home.vars)
            home.fresh = home.fresh or any(v in self.results for v in home.vars)
        self.share()

    def root(self, var: Var) -> Var:
        """The variable whose memory a view shows."""
        while var in self.base:
            var = self.base[var]
        return var

    def last_uses(self) -> dict[Var, int]:
        last: dict[Var, int] = {}
        for i, call in enumerate(self.lowering.calls):
            if call.kind in ("view", "with ones"):
                self.base[call.y] = call.args[0]
            for arg in call.args:
                last[self.root(arg)] = i
        for y in self.lowering.outputs:
            last[self.root(y)] = len(self.lowering.calls)
        return last

    def place(self, call: Call, i: int) -> None:
        y = call.y
        if call.kind == "view":
            x = call.args[0]
            whole = math.prod(x.shape) == math.prod(y.shape) and ".reshape(" in call.text
            if whole and x in self.contiguous:
                self.contiguous.add(y)
            return
        if call.kind == "with ones":
            self.home[call.args[0]].ones.append(y)
        if call.kind not in ("elementwise", "product", "beside"):
            return
        if call.kind == "elementwise":
            for arg in call.args:
                home = self.home.get(arg)
                if home and self.last[arg] == i and self.fits(home, arg, y):
                    home.vars.append(y)
                    self.home[y] = home
                    if not home.given:
                        self.contiguous.add(y)
                    elif home not in self.homes:
                        self.homes.append(home)
                    return
        self.home[y] = Home(y, i)
        self.homes.append(self.home[y])
        self.contiguous.add(y)

    def fits(self, home: Home, arg: Var, y: Var) -> bool:
        """Whether y can be written over arg.

        Of results alone over an argument that was given away; what is returned takes no row of ones
        along.
        """
        alike = arg.shape == y.shape and arg.dtype == y.dtype
        return alike and (
            y in self.results if home.given else not (home.ones and y in self.results)
        )

    def share(self) -> None:
        """Let a home take over the memory of one of the same size that is no longer needed."""
        free: dict[tuple[tuple[int, ...], str], list[Home]] = {}
        ending = sorted((h for h in self.homes if not h.fresh), key=lambda h: h.end)
        k = 0
        for home in sorted((h for h in self.homes if not h.fresh), key=lambda h: h.begin):
            while k < len(ending) and ending[k].end < home.begin:
                free.setdefault(size(ending[k]), []).append(ending[k])
                k += 1
            if free.get(size(home)) and not home.ones:
                home.after = free[size(home)].pop()

    def bytes(self) -> int:
        """The size of the workspace."""
        own = [h.vars[0] for h in self.homes if not h.fresh and not h.after]
        return sum(math.prod(v.shape) * v.dtype.itemsize for v in own)

    def in_workspace(self, var: Var) -> bool:
        home = self.home.get(self.root(var))
        return home is not None and not home.fresh

    def is_static(self, call: Call) -> bool:
        """Whether a view can be made with the workspace: a reshape then has to be no copy."""
        if call.kind != "view" or not self.in_workspace(call.y):
            return False
        x = call.args[0]
        while x in self.base:  # the views that it is a view of
            if x not in self.static:
                return False
            x = self.base[x]
        if ".reshape(" in call.text and call.args[0] not in self.contiguous:
            return False
        self.static.add(call.y)
        return True


def size(home: Home) -> tuple[tuple[int, ...], str]:
    return home.vars[0].shape, home.vars[0].dtype.str
