//! Work that must not disturb the hot threads: the lowest priority, and none of their cores.
//!
//! What is set here is set for the calling thread and inherited by every program it starts, so a
//! process that does nothing but such work calls [`settle`] once, first. Nothing here needs a
//! privilege; what the system refuses is told, and the work is merely less polite.

use std::fmt;
use std::process::{Command, Stdio};

use rustix::thread::CpuSet;

use crate::thread::available_cores;

/// The lowest priority: a 68th of a usual thread's share of a core they compete for.
const NICEST: i32 = 19;

/// What could be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Background {
    /// The lowest priority.
    pub is_nice: bool,
    /// The class of threads that run when nobody else wants the core, disk included.
    pub is_idle_class: bool,
    /// The cores it stays on; empty: every core is to be avoided, so it runs on any.
    pub cores: Vec<usize>,
}

/// Makes the calling thread, and all that it starts from now on, run in the background: on cores
/// that are not in `avoid`, if there are any.
///
/// The idle class is asked for through `chrt` of util-linux, which there may be or not.
pub fn settle(avoid: &[usize]) -> Background {
    let mut cores = remaining(&available_cores(), avoid);
    if !stay_on(&cores) {
        cores.clear();
    }
    let is_nice = rustix::process::nice(NICEST).is_ok_and(|nice| nice == NICEST);
    Background { is_nice, is_idle_class: enter_idle_class(), cores }
}

fn remaining(available: &[usize], avoid: &[usize]) -> Vec<usize> {
    available.iter().copied().filter(|core| !avoid.contains(core)).collect()
}

fn stay_on(cores: &[usize]) -> bool {
    let mut set = CpuSet::new();
    for &core in cores.iter().filter(|core| **core < CpuSet::MAX_CPU) {
        set.set(core);
    }
    set.count() > 0 && rustix::thread::sched_setaffinity(None, &set).is_ok()
}

fn enter_idle_class() -> bool {
    let thread = rustix::thread::gettid().as_raw_nonzero().to_string();
    let mut chrt = Command::new("chrt");
    chrt.args(["--idle", "--pid", "0", &thread]);
    chrt.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    chrt.status().is_ok_and(|status| status.success())
}

impl fmt::Display for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores: Vec<String> = self.cores.iter().map(ToString::to_string).collect();
        match &cores[..] {
            [] => f.write_str("on any core, as every one of them is pinned")?,
            [core] => write!(f, "on core {core}")?,
            cores => write!(f, "on cores {}", cores.join(", "))?,
        }
        f.write_str(if self.is_nice { ", nice 19" } else { ", priority as before" })?;
        f.write_str(if self.is_idle_class { ", idle class" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_are_the_cores_nobody_pinned() {
        assert_eq!(remaining(&[0, 1, 2, 3], &[2, 3, 9]), [0, 1]);
        assert_eq!(remaining(&[0], &[0]), []);
    }

    #[test]
    fn a_background_thread_and_what_it_starts_are_nice_and_out_of_the_way() {
        let available = available_cores();
        let avoid: Vec<usize> = available.iter().copied().skip(1).collect();
        // A thread of its own: the test's thread goes on as it was.
        let settled = std::thread::spawn(move || {
            let background = settle(&avoid);
            let child = Command::new("cat").arg("/proc/self/stat").output().expect("cat");
            (background, available_cores(), String::from_utf8(child.stdout).expect("text"))
        });
        let (background, cores, stat) = settled.join().expect("nothing asserted");
        assert!(background.is_nice);
        assert_eq!(background.cores, [available[0]]);
        assert_eq!(cores, background.cores);
        // After the name in parentheses: field 3 on; nice is field 19 (proc(5)).
        let after = stat.rsplit_once(") ").expect("a name").1;
        assert_eq!(after.split(' ').nth(19 - 3), Some("19"), "{stat}");
        let told = background.to_string();
        assert!(told.starts_with(&format!("on core {}, nice 19", available[0])), "{told}");
    }

    #[test]
    fn where_every_core_is_pinned_it_is_only_nice() {
        let settled = std::thread::spawn(|| (settle(&available_cores()), available_cores()));
        let (background, cores) = settled.join().expect("nothing asserted");
        assert_eq!(cores, available_cores());
        assert!(background.to_string().starts_with("on any core, as every one of them is pinned"));
    }
}
