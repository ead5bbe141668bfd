"""A fictional authority, written in the publishers' own layouts, so that it takes the same road as real
files.
"""

from pipelines.sample.constants import (
    NEIGHBOUR_LA_CODE,
    NEIGHBOUR_LA_NAME,
    SAMPLE_LA_CODE,
    SAMPLE_LA_GSS_CODE,
    SAMPLE_LA_NAME,
    SAMPLE_REGION_CODE,
    SAMPLE_REGION_NAME,
    YEARS,
)
from pipelines.sample.england import write_england
from pipelines.sample.write import write_sample

__all__ = [
    "NEIGHBOUR_LA_CODE",
    "NEIGHBOUR_LA_NAME",
    "SAMPLE_LA_CODE",
    "SAMPLE_LA_GSS_CODE",
    "SAMPLE_LA_NAME",
    "SAMPLE_REGION_CODE",
    "SAMPLE_REGION_NAME",
    "YEARS",
    "write_england",
    "write_sample",
]
