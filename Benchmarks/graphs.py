"""Two graphs, each written as a Schedfile, a build.ninja and a Makefile.

`write_sources` makes the sources of a C-like project: TARGETS sources in directories of 100, a
header for every ten sources, ten headers included by each source. Every source makes an object
with a depfile, every directory an archive, and all archives one program.

`write_trivial` makes a list of tasks that do nothing, by /bin/true.

Each tool has its own directory of outputs, build/TOOL, next to the same sources.
"""

import random
from pathlib import Path

SOURCES_PER_DIRECTORY = 100
HEADERS_PER_DIRECTORY = 10
HEADERS_PER_SOURCE = 10


def directories(targets):
    count = (targets + SOURCES_PER_DIRECTORY - 1) // SOURCES_PER_DIRECTORY
    return [f"d{number:04}" for number in range(count)]


def sources(targets):
    """The sources as (directory, name), directory by directory."""
    return [
        (f"d{number // SOURCES_PER_DIRECTORY:04}", f"f{number % SOURCES_PER_DIRECTORY:02}")
        for number in range(targets)
    ]


def write_sources(tree, targets):
    """Half of what a source includes is from its own directory, half from anywhere."""
    choice = random.Random(targets)
    headers = {
        directory: [f"src/{directory}/h{number}.h" for number in range(HEADERS_PER_DIRECTORY)]
        for directory in directories(targets)
    }
    everywhere = [header for group in headers.values() for header in group]
    for directory, group in headers.items():
        (tree / "src" / directory).mkdir(parents=True)
        for number, header in enumerate(group):
            (tree / header).write_text(f"extern int {directory}_h{number};\n")
    for directory, name in sources(targets):
        own = choice.sample(headers[directory], HEADERS_PER_SOURCE // 2)
        others = choice.sample(everywhere, HEADERS_PER_SOURCE)
        included = (own + [header for header in others if header not in own])[:HEADERS_PER_SOURCE]
        text = "".join(f'#include "{header}"\n' for header in included)
        (tree / f"src/{directory}/{name}.c").write_text(text + f"int {directory}_{name};\n")


def schedfile(targets):
    """As one would write it by hand: a rule, a glob for each directory."""
    return f"""\
directories =
    {" ".join(directories(targets))}

build/sched/app: build/sched/{{{{directories}}}}/lib.a
    bin/fakecc -o {{{{out}}}} {{{{in}}}}

for directory in {{{{directories}}}}
    sources = {{{{ glob("src/{{{{directory}}}}/*.c") }}}}
    build/sched/{{{{directory}}}}/lib.a: {{{{ map(sources, "src/%.c", "build/sched/%.o") }}}}
        bin/fakecc -o {{{{out}}}} {{{{in}}}}
end

build/sched/%.o: src/%.c
    @depfile build/sched/{{{{stem}}}}.d
    bin/fakecc -MF {{{{depfile}}}} -o {{{{out}}}} {{{{in}}}}
"""


def schedfile_explicit(targets):
    """As a generator would write it: every target by itself."""
    archives = [f"build/sched/{directory}/lib.a" for directory in directories(targets)]
    text = ["build/sched/app: ", " ".join(archives), "\n    bin/fakecc -o {{out}} {{in}}\n"]
    members = {directory: [] for directory in directories(targets)}
    for directory, name in sources(targets):
        stem = f"{directory}/{name}"
        members[directory].append(f"build/sched/{stem}.o")
        text.append(
            f"build/sched/{stem}.o: src/{stem}.c\n"
            f"    @depfile build/sched/{stem}.d\n"
            "    bin/fakecc -MF {{depfile}} -o {{out}} {{in}}\n"
        )
    for directory, objects in members.items():
        text.append(
            f"build/sched/{directory}/lib.a: {' '.join(objects)}\n"
            "    bin/fakecc -o {{out}} {{in}}\n"
        )
    return "".join(text)


def ninja(targets, tool="ninja"):
    """For one of the tools that read this language; each has its own outputs and records."""
    text = [
        "ninja_required_version = 1.3\n"
        f"builddir = build/{tool}\n"
        "rule cc\n"
        "  command = bin/fakecc -MF $out.d -o $out $in\n"
        "  depfile = $out.d\n"
        "  deps = gcc\n"
        "rule link\n"
        "  command = bin/fakecc -o $out $in\n"
    ]
    members = {directory: [] for directory in directories(targets)}
    for directory, name in sources(targets):
        stem = f"{directory}/{name}"
        members[directory].append(f"build/{tool}/{stem}.o")
        text.append(f"build build/{tool}/{stem}.o: cc src/{stem}.c\n")
    for directory, objects in members.items():
        text.append(f"build build/{tool}/{directory}/lib.a: link {' '.join(objects)}\n")
    archives = [f"build/{tool}/{directory}/lib.a" for directory in members]
    text.append(f"build build/{tool}/app: link {' '.join(archives)}\n")
    text.append(f"default build/{tool}/app\n")
    return "".join(text)


def makefile(targets):
    """Make does not make directories: `prepare_make` does. No built-in rules: they cost it time."""
    text = [
        "MAKEFLAGS += -rR\n"
        f"directories = {' '.join(directories(targets))}\n"
        "build/make/app: $(patsubst %,build/make/%/lib.a,$(directories))\n"
        "\t@bin/fakecc -o $@ $^\n"
        "build/make/%.o: src/%.c\n"
        "\t@bin/fakecc -MF $(@:.o=.d) -o $@ $<\n"
    ]
    for directory in directories(targets):
        text.append(
            f"build/make/{directory}/lib.a: "
            f"$(patsubst src/%.c,build/make/%.o,$(wildcard src/{directory}/*.c))\n"
            "\t@bin/fakecc -o $@ $^\n"
        )
    text.append("-include $(wildcard build/make/*/*.d)\n")
    return "".join(text)


def prepare_make(tree, targets):
    for directory in directories(targets):
        (tree / "build/make" / directory).mkdir(parents=True, exist_ok=True)


def write_project(tree, targets):
    tree = Path(tree)
    write_sources(tree, targets)
    (tree / "Schedfile").write_text(schedfile(targets))
    (tree / "build.ninja").write_text(ninja(targets))
    (tree / "Makefile").write_text(makefile(targets))


def write_manifest(tree, targets, tool):
    """The same as build.ninja for another tool that reads it."""
    (Path(tree) / f"build.{tool}.ninja").write_text(ninja(targets, tool))


def write_trivial(tree, count):
    tree = Path(tree)
    tree.mkdir(parents=True)
    names = [f"t{number}" for number in range(count)]
    (tree / "Schedfile").write_text(
        f"names =\n    {' '.join(names)}\n\n"
        "task all: {{names}}\n\n"
        "for name in {{names}}\n"
        "    task {{name}}:\n"
        "        /bin/true\n"
        "end\n"
    )
    (tree / "build.ninja").write_text(
        "rule true\n  command = /bin/true\n"
        + "".join(f"build {name}: true\n" for name in names)
        + f"build all: phony {' '.join(names)}\ndefault all\n"
    )
    (tree / "Makefile").write_text(
        "MAKEFLAGS += -rR\n"
        f"names = {' '.join(names)}\n"
        ".PHONY: all $(names)\n"
        "all: $(names)\n"
        "$(names):\n\t@/bin/true\n"
    )
