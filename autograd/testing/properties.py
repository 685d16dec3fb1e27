"""`gradient_property`: one line that makes a property test of a function, an op or a loss."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from hypothesis import Phase, given, reject
from hypothesis import settings as Settings
from hypothesis.errors import InvalidArgument

from ..errors import GradientError
from .answers import by_hand, like_reference
from .cases import Case, cases
from .laws import LAWS, Law, nontrivial
from .subject import Function, PropertyError, Subject, name_of
from .written import program, program_of_test


def gradient_property(
    *arguments: Any,
    elementwise: bool = False,
    reference: Function | None = None,
    gradient: Function | None = None,
    kinks: str = "skip",
    settings: Settings | None = None,
    name: str | None = None,
    first_order: bool = True,
    second_order: bool = True,
    linear: bool = True,
    no_aliasing: bool = True,
    no_mutation: bool = True,
    repeatable: bool = True,
    consistent: bool = True,
    broadcasting: bool = True,
    value_equals_tensor: bool = True,
    nonzero: bool = True,
) -> Callable[[Function], Function]:
    """A decorator that turns a function into a test of its gradients on random arguments.

    `arguments` say what each argument of the function is:

    - letters, one per axis, such as "mi": an array whose sizes are distinct primes, the same letter
      having the same size in every argument
    - a tuple of ints: an array of this shape
    - a strategy: `floats(…)`, `arrays(…)`, or any other of hypothesis
    - a function from sizes to a strategy, `lambda m, c: labels(m, c)`: its parameters are letters

    With `elementwise=True` they are strategies of numbers (`floats()` if left out); the shapes are
    drawn, and broadcast.  What is a float or an array of floats is differentiated; labels are not.

    Each of the laws can be switched off by its name.  `first_order`, `second_order`: `check_grad`
    agrees.  `linear`: in the cotangent.  `no_mutation`, `no_aliasing`: of arguments, cotangents,
    gradients.  `repeatable`: to the last bit, whatever was called in between.  `consistent`:
    `gradients`, `backward` and gradients as nodes agree.  `broadcasting` (elementwise functions):
    as explicit repetition.  `value_equals_tensor`: scalar graphs give what array graphs give.
    `nonzero`: no argument's gradient was 0 in every example (said after ten of them).

    `reference` is a numpy function of the same arguments that has to give the same result;
    `gradient` one that gives the gradients, derived by hand (one per argument that is
    differentiated).  `kinks="skip"` draws again where the function has a kink, "fail" does not.
    `settings` are hypothesis'; @settings(…) above the decorator does the same.

    The result is a test without parameters; `.function` is what was decorated.
    """
    switches = dict(locals())
    laws = [law for law in LAWS if switches[law] and (elementwise or law != "broadcasting")]
    if kinks not in ("skip", "fail"):
        raise InvalidArgument(f'gradient_property: kinks is "skip" or "fail"; got {kinks!r}')

    options = {
        key: function
        for key, function in {"reference": reference, "gradient": gradient}.items()
        if function is not None
    }
    home = sys._getframe(1).f_globals.get("__name__", "__main__")  # where the test will be kept

    def decorate(f: Function) -> Function:
        test = Property(f, laws, options, kinks, home)
        strategy = cases(f, name or name_of(f), arguments, elementwise)

        def law_test(case: Case) -> None:
            __tracebackhide__ = True
            test.example(case)

        def property_test() -> None:
            __tracebackhide__ = True
            above = getattr(property_test, "_hypothesis_internal_use_settings", None)
            test.examples = 0
            test.zero.clear()
            chosen(above or settings)(given(case=strategy)(law_test))()
            if nonzero:
                test.vacuity()

        for function in (law_test, property_test):
            function.__name__ = function.__qualname__ = as_name(name or name_of(f))
            function.__module__, function.__doc__ = home, f.__doc__
        test.public = property_test
        public: Any = property_test
        public.function, public.check = f, test.check
        public.is_hypothesis_test = True  # so that pytest's plugin treats it as one
        public.hypothesis = SimpleNamespace(inner_test=law_test)
        return property_test

    return decorate


def chosen(settings: Settings | None) -> Settings:
    """One failure is reported, and the text of this package is not explained to anybody."""
    phases = [p for p in Settings(settings).phases if p is not Phase.explain]
    return Settings(settings, deadline=None, report_multiple_bugs=False, phases=phases)


ENOUGH = 10  # examples, to say that a gradient is always 0: with fewer it may be chance
ORDERS = {1: "first_order", 2: "second_order"}


class Property:
    """What a property test does with its examples."""

    def __init__(
        self, f: Function, laws: list[str], options: dict[str, Function], kinks: str, home: str
    ) -> None:
        self.f, self.laws, self.options, self.kinks, self.home = f, laws, options, kinks, home
        self.examples = 0
        self.zero: dict[str, bool] = {}  # whether an argument's gradient was 0 in all of them
        self.public: Any = None

    def example(self, case: Case) -> None:
        __tracebackhide__ = True
        subject = Subject(self.f, case.args, case.seed)
        try:
            checked(subject, self.laws, **self.options)
            slopes = nontrivial(subject)
        except GradientError as error:
            if self.kinks == "skip" and error.report.verdict == "kink":
                reject()
            error.add_note(self.remedy(case, ORDERS[error.report.order]))
            raise error.with_traceback(None) from None
        except PropertyError as error:
            error.add_note(self.remedy(case, error.law))
            raise error.with_traceback(None) from None
        except Exception as error:
            error.add_note(self.remedy(case))
            raise
        self.examples += 1
        for argument, slope in zip(subject.names, slopes, strict=True):
            self.zero[argument] = self.zero.get(argument, True) and not slope

    def check(self, *args: Any, seed: int = 0) -> None:
        """The laws at these arguments."""
        checked(Subject(self.f, args, seed), self.laws, **self.options)

    def remedy(self, case: Case, law: str | None = None) -> str:
        """A program that shows the failure again, of this law if it is known which."""
        known = vars(sys.modules[self.home]) if self.home in sys.modules else {}
        names = [name for name, value in known.items() if value is self.public]
        laws = self.laws if law is None else [law] if law in LAWS else []
        if names:
            text = program_of_test(self.home, names[0], case.args, case.seed)
        else:
            text = program(self.f, case.args, case.seed, laws, self.options)
        return f"\nReproduce it with\n\n{text}\n"

    def vacuity(self) -> None:
        __tracebackhide__ = True
        vacuous = [argument for argument, always in self.zero.items() if always]
        if vacuous and self.examples >= ENOUGH:
            raise PropertyError(
                "nonzero",
                f"{name_of(self.f)}: the gradient in {', '.join(vacuous)} was 0 in every example, "
                "so nothing was tested there: draw from elsewhere, or pass nonzero=False",
            )


def check_laws(
    f: Function,
    *args: Any,
    seed: int = 0,
    laws: Sequence[str] | None = None,
    reference: Function | None = None,
    gradient: Function | None = None,
) -> None:
    """Check `f` at `args` once: what a `gradient_property` does with every example.

    `laws` are names from its list, all but "broadcasting" by default.  Raises GradientError or
    PropertyError for the first that does not hold.

    >>> import numpy as np
    >>> check_laws(lambda x, W: x @ W, np.ones((2, 3)), np.ones((3, 5)))
    """
    if laws is None:
        laws = [law for law in LAWS if law != "broadcasting"]
    unknown = [law for law in laws if law not in LAWS]
    if unknown:
        raise InvalidArgument(f"check_laws: there is no law {unknown[0]!r}; there are {list(LAWS)}")
    checked(Subject(f, args, seed), laws, reference, gradient)


def checked(
    subject: Subject,
    laws: Sequence[str],
    reference: Function | None = None,
    gradient: Function | None = None,
) -> None:
    __tracebackhide__ = True
    if "second_order" in laws:  # which checks the first, too
        laws = [law for law in laws if law != "first_order"]
    also: list[Law] = []
    if gradient is not None:
        also.append(by_hand(gradient))
    if reference is not None:
        also.append(like_reference(reference))
    for law in [*also, *(LAWS[law] for law in laws)]:
        law(subject)


def as_name(title: str) -> str:
    """A title as hypothesis wants a test's name: an identifier."""
    return re.sub(r"^(?=\d)|\W+", "_", title)
