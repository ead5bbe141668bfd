"""The errors we raise on purpose: what happened, where it happened, what to do next."""


class PipelineError(Exception):
    """A fault that a person can mend: what happened · where (file, row, column) · what to do next.

    Args:
        what: one sentence that says what is wrong.
        where: the file, with row and column where they are known.
        next_step: what the reader should do now.
    """

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what, self.where, self.next_step = what, where, next_step
        super().__init__(" · ".join(part for part in (what, where, next_step) if part))


class DamagedFile(PipelineError):
    """The bytes are not what the name promises: cut off, a web page, binary, wrongly encoded."""


class UnknownFile(PipelineError):
    """A sound file, but none of the publications that we read."""


class SourceChanged(PipelineError):
    """A publication that we read, but its columns, codes or values are not as declared."""


class BuildRefused(PipelineError):
    """A candidate build that would harm what is served; the live build stays as it was."""


class SettingsError(PipelineError):
    """A setting that cannot be used as given."""
