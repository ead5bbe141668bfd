"""The whole sample, top to bottom: the world is drawn once, then each publication shows its part of it."""

from collections.abc import Callable
from pathlib import Path

from pipelines.sample.assessments import write_assessments
from pipelines.sample.authority import write_authority, write_reference
from pipelines.sample.constants import SAMPLE_LA_CODE, SAMPLE_LA_NAME
from pipelines.sample.files import Writer
from pipelines.sample.health import write_health
from pipelines.sample.inspections import write_inspections
from pipelines.sample.maps import write_maps
from pipelines.sample.national import write_national
from pipelines.sample.pupils import write_pupils
from pipelines.sample.register import write_register
from pipelines.sample.tables import write_performance
from pipelines.sample.triggers import write_triggers
from pipelines.sample.world import make_world


def write_sample(folder: Path, *, seed: int = 865, progress: Callable[[str], None] | None = None) -> list[Path]:
    """Write the fictional authority as `<folder>/<source>/<edition>/<file>` and return the paths written.

    The same seed gives the same bytes. `progress` is called with the relative path of each file. Files that
    stand there already under the same names are replaced; others are left alone.
    """
    world = make_world(seed)
    writer = Writer(Path(folder), progress)
    write_register(world, writer)
    write_performance(world, writer)
    write_pupils(world, writer)
    write_inspections(world, writer)
    write_maps(world, writer)
    write_health(world, writer)
    write_national(world, writer)
    write_reference(writer)
    write_authority(world, writer)
    write_assessments(world, writer)
    write_triggers(writer)
    manifest = writer.manifest(SAMPLE_LA_CODE, SAMPLE_LA_NAME)
    return [*(writer.folder / entry.path for entry in writer.written), manifest]
