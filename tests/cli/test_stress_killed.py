"""buckle stress killed at two hundred moments."""
import sys

from harness import main
from test_stress import killed_at_moments


def test_killed_at_two_hundred_moments_it_loses_nothing(folder):
    killed_at_moments(folder, 200, 11)


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
