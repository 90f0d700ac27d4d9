//! Every text the kernel may give, and none.

use super::judge::*;
use super::*;

const CPUINFO: &str = "processor\t: 0\nmodel name\t: Some CPU @ 3.0: GHz\n\
    flags\t\t: fpu tsc constant_tsc rep_good nonstop_tsc hypervisor\n\n\
    processor\t: 1\nmodel name\t: Other\nflags\t\t: fpu\n";

#[track_caller]
fn check(fact: &Fact, value: &str, is_fine: bool) {
    assert_eq!(fact.value, value, "{}", fact.name);
    assert_eq!(fact.verdict == Verdict::Fine, is_fine, "{}", fact.name);
}

#[test]
fn lists_of_cores() {
    assert_eq!(cpu_list("\n"), Some(vec![]));
    assert_eq!(cpu_list("3\n"), Some(vec![3]));
    assert_eq!(cpu_list("0-2,5,7-7"), Some(vec![0, 1, 2, 5, 7]));
    for text in ["2-1", "a", "1,", "-", "1-2-3", "0-4294967295", "99999999999999999999999"] {
        assert_eq!(cpu_list(text), None, "{text}");
    }
}

#[test]
fn processor() {
    check(&cpu_model(CPUINFO), "Some CPU @ 3.0: GHz", true);
    check(&cpu_model(""), "unknown", true);
    check(&counter(CPUINFO), "invariant", true);
    check(&counter("flags : constant_tsc nonstop_tsc_s3"), "not invariant", false);
    check(&hypervisor(CPUINFO), "present", false);
    check(&hypervisor("flags : fpu"), "none", true);
    check(&cores(2), "2", false);
    check(&cores(4), "4", true);
}

#[test]
fn kernel_choices() {
    check(&isolated(Some("\n")), "none", false);
    check(&isolated(Some("2-3\n")), "2-3", true);
    check(&isolated(Some("garbage")), "garbage", true);
    check(&isolated(None), "unknown", true);
    check(&governor(Some("performance\n")), "performance", true);
    check(&governor(Some("schedutil\n")), "schedutil", false);
    check(&governor(None), "not controlled here", true);
    check(&clock_source(Some("tsc\n")), "tsc", true);
    check(&clock_source(Some("hpet\n")), "hpet", false);
    check(&clock_source(None), "unknown", true);
    check(&huge_pages(Some("always [madvise] never\n")), "madvise", true);
    check(&huge_pages(Some("[always] madvise never\n")), "always", false);
    check(&huge_pages(Some("always madvise")), "unknown", true);
    check(&huge_pages(None), "not controlled here", true);
    check(&kernel("6.1.0-rt\n"), "6.1.0-rt", true);
}

#[test]
fn limits() {
    check(&locked_memory(None), "unlimited", true);
    check(&locked_memory(Some(8 << 20)), "8192 KiB", false);
    check(&open_files(None), "unlimited", true);
    check(&open_files(Some(1024)), "1024", true);
    check(&open_files(Some(256)), "256", false);
}

#[test]
fn this_machine_has_all_facts() {
    let facts = inspect();
    assert_eq!(facts.len(), 11);
    assert!(facts.iter().all(|fact| !fact.name.is_empty() && !fact.value.is_empty()));
}
