"""The program, which may open only a number of files: `few_files NUMBER MORE ARGUMENTS...`."""

import resource
import runpy
import sys

if __name__ == "__main__":
    at_once, by_asking = int(sys.argv[1]), int(sys.argv[2])
    del sys.argv[1:3]
    resource.setrlimit(resource.RLIMIT_NOFILE, (at_once, by_asking))
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
