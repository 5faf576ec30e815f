"""The systems that packages are for: what Rust, pip and npm each call them. The release workflow builds the same, which a test
holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    rust: str  # the target triple
    wheel: str  # how the wheel's name ends, by which it is found
    os: str  # npm's name, as in process.platform
    cpu: str  # npm's name, as in process.arch
    libc: str | None = None  # npm's name; only Linux has a choice

    @property
    def program(self):
        return "watcher.exe" if self.os == "win32" else "watcher"

    @property
    def npm(self):
        return f"@account-watcher/cli-{self.os}-{self.cpu}{'-musl' if self.libc == 'musl' else ''}"


TARGETS = [
    Target("x86_64-unknown-linux-gnu", "manylinux2014_x86_64.manylinux_2_17_x86_64", "linux", "x64", "glibc"),
    Target("aarch64-unknown-linux-gnu", "manylinux2014_aarch64.manylinux_2_17_aarch64", "linux", "arm64", "glibc"),
    Target("x86_64-unknown-linux-musl", "musllinux_1_2_x86_64", "linux", "x64", "musl"),
    Target("aarch64-unknown-linux-musl", "musllinux_1_2_aarch64", "linux", "arm64", "musl"),
    Target("x86_64-apple-darwin", "macosx_10_12_x86_64", "darwin", "x64"),
    Target("aarch64-apple-darwin", "macosx_11_0_arm64", "darwin", "arm64"),
    Target("x86_64-pc-windows-msvc", "win_amd64", "win32", "x64"),
    Target("aarch64-pc-windows-msvc", "win_arm64", "win32", "arm64"),
]
