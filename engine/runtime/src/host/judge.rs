//! From the system's words to a fact and a verdict; pure.

use super::{Fact, Verdict};

/// Parses the kernel's list of cores, such as `0-2,5`; the empty list is empty.
///
/// Returns `None` if it is anything else, or names a core beyond 4095.
#[must_use]
pub fn cpu_list(text: &str) -> Option<Vec<usize>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Vec::new());
    }
    let mut cores = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        if first > last || last > CORE_MAX {
            return None;
        }
        cores.extend(first..=last);
    }
    Some(cores)
}

pub(super) fn cpu_model(cpuinfo: &str) -> Fact {
    fine("cpu model", field(cpuinfo, "model name").unwrap_or(UNKNOWN))
}

pub(super) fn cores(available: usize) -> Fact {
    let verdict = if available >= PIPELINED_CORES {
        Verdict::Fine
    } else {
        Verdict::Advice("from 4 cores on, feed, pipeline and gateway each get one of their own")
    };
    Fact { name: "cores available", value: available.to_string(), verdict }
}

pub(super) fn isolated(text: Option<&str>) -> Fact {
    let name = "isolated cores";
    match text.map(|text| (text.trim(), cpu_list(text))) {
        Some((text, Some(cores))) if !cores.is_empty() => fine(name, text),
        Some((_, Some(_))) => advice(
            name,
            "none",
            "boot with isolcpus= and nohz_full= for the cores of spinning threads",
        ),
        Some((text, None)) => fine(name, text),
        None => fine(name, UNKNOWN),
    }
}

pub(super) fn governor(text: Option<&str>) -> Fact {
    let name = "frequency governor";
    match text.map(str::trim) {
        Some("performance") => fine(name, "performance"),
        Some(other) => advice(name, other, "set the governor to performance on every core"),
        None => fine(name, "not controlled here"),
    }
}

pub(super) fn counter(cpuinfo: &str) -> Fact {
    let name = "time stamp counter";
    if has_flag(cpuinfo, "constant_tsc") && has_flag(cpuinfo, "nonstop_tsc") {
        fine(name, "invariant")
    } else {
        advice(name, "not invariant", "every clock read is a system call on this processor")
    }
}

pub(super) fn clock_source(text: Option<&str>) -> Fact {
    let name = "kernel clock source";
    match text.map(str::trim) {
        Some("tsc") => fine(name, "tsc"),
        Some(other) => advice(name, other, "boot with clocksource=tsc if the counter is invariant"),
        None => fine(name, UNKNOWN),
    }
}

pub(super) fn huge_pages(text: Option<&str>) -> Fact {
    let name = "transparent huge pages";
    match text.map(|text| selected(text).unwrap_or(UNKNOWN)) {
        Some("always") => {
            advice(name, "always", "set to madvise: compaction stalls threads at random")
        }
        Some(other) => fine(name, other),
        None => fine(name, "not controlled here"),
    }
}

pub(super) fn locked_memory(limit_bytes: Option<u64>) -> Fact {
    let name = "locked memory limit";
    match limit_bytes {
        None => fine(name, "unlimited"),
        Some(bytes) => advice(
            name,
            &format!("{} KiB", bytes / 1024),
            "lift RLIMIT_MEMLOCK or grant CAP_IPC_LOCK, so that no page is swapped out",
        ),
    }
}

pub(super) fn open_files(limit: Option<u64>) -> Fact {
    let name = "open files limit";
    match limit {
        None => fine(name, "unlimited"),
        Some(count) if count >= OPEN_FILES => fine(name, &count.to_string()),
        Some(count) => {
            advice(name, &count.to_string(), "raise RLIMIT_NOFILE to 1024 for sockets and segments")
        }
    }
}

pub(super) fn kernel(release: &str) -> Fact {
    fine("kernel", release.trim())
}

pub(super) fn hypervisor(cpuinfo: &str) -> Fact {
    let name = "hypervisor";
    if has_flag(cpuinfo, "hypervisor") {
        advice(name, "present", "a virtual machine is interrupted by its host; expect long tails")
    } else {
        fine(name, "none")
    }
}

fn fine(name: &'static str, value: &str) -> Fact {
    Fact { name, value: value.to_owned(), verdict: Verdict::Fine }
}

fn advice(name: &'static str, value: &str, advice: &'static str) -> Fact {
    Fact { name, value: value.to_owned(), verdict: Verdict::Advice(advice) }
}

/// Returns the value of the first `key : value` line.
fn field<'a>(cpuinfo: &'a str, key: &str) -> Option<&'a str> {
    cpuinfo.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then(|| value.trim())
    })
}

fn has_flag(cpuinfo: &str, flag: &str) -> bool {
    field(cpuinfo, "flags").is_some_and(|flags| flags.split_whitespace().any(|word| word == flag))
}

/// Returns the bracketed word of a kernel choice such as `always [madvise] never`.
fn selected(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('[')?;
    rest.split_once(']').map(|(word, _)| word)
}

const UNKNOWN: &str = "unknown";

/// Twice what any kernel is configured for; a list beyond it is not a list of cores.
const CORE_MAX: usize = 4095;

/// Feed, pipeline, gateway, and one for everything else.
const PIPELINED_CORES: usize = 4;

/// The usual default; an engine of ten venues and a year of journal segments stays below.
const OPEN_FILES: u64 = 1024;
