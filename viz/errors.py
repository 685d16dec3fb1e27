"""The exceptions of `viz`: each is a subclass of the builtin that fits it."""


class FormatError(ValueError):
    """The wanted file's suffix is no format that can be written."""


class GraphTooLargeError(ValueError):
    """The graph has more nodes than a readable picture can hold."""


class RenderError(RuntimeError):
    """A renderer failed on our DOT text."""


class RendererMissingError(RenderError):
    """No renderer on this machine can make the wanted format."""


class RenderTimeoutError(RenderError, TimeoutError):
    """Rendering took longer than its time limit and was stopped."""


class PictureTooLargeError(RenderError):
    """A PNG of this size could not be read: an .svg can."""


class MissingExtraError(ImportError):
    """An optional package is needed and not installed."""
