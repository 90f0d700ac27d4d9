//! One table of small cases, one model, one race.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

#[test]
fn a_full_ring_answers_by_its_policy() {
    let (mut sender, receiver) = ring(1, Overflow::Reject);
    assert_eq!(sender.push(1), Ok(()));
    assert_eq!(sender.push(2), Err(2));
    assert_eq!(sender.push_slice(&[3]), Err(PushSliceError::Full));
    assert_eq!((sender.sent_total(), sender.full_total()), (1, 2));
    assert_eq!(receiver.peek(), Some(&1));

    let (mut sender, mut receiver) = ring(1, Overflow::NewestDropped);
    assert_eq!(sender.push(1), Ok(()));
    assert_eq!(sender.push(2), Ok(()));
    assert_eq!(sender.push_slice(&[3]), Ok(()));
    assert_eq!((sender.sent_total(), sender.full_total()), (1, 2));
    assert_eq!(receiver.pop(), Some(1));
    assert_eq!(receiver.pop(), None);
}

#[test]
fn what_can_never_fit_is_said_under_every_policy() {
    for overflow in [Overflow::Reject, Overflow::NewestDropped] {
        let (mut sender, receiver) = ring(2, overflow);
        assert_eq!(sender.push_slice(&[1, 2, 3]), Err(PushSliceError::LargerThanRing));
        assert_eq!((sender.sent_total(), sender.full_total()), (0, 1));
        assert!(receiver.is_empty());
    }
}

#[test]
fn each_end_notices_that_the_other_is_gone() {
    let (mut sender, mut receiver) = ring(2, Overflow::Reject);
    assert!(!sender.is_abandoned() && !receiver.is_abandoned());
    assert_eq!(sender.push(7), Ok(()));
    drop(sender);
    assert!(receiver.is_abandoned());
    assert_eq!(receiver.pop(), Some(7));

    let (sender, receiver) = ring::<u8>(2, Overflow::Reject);
    drop(receiver);
    assert!(sender.is_abandoned());
}

/// Message `n` is `n % 5 + 1` cells, `[n, n + 1, …]`: a torn or reordered message shows at once.
#[test]
fn two_threads_lose_repeat_and_tear_nothing() {
    const MESSAGES: u64 = 200_000;
    let length = |message: u64| usize::try_from(message % 5 + 1).expect("at most five");
    let (mut sender, mut receiver) = ring::<u64>(13, Overflow::Reject);

    let writer = std::thread::spawn(move || {
        for message in 0..MESSAGES {
            let cells: [u64; 5] = std::array::from_fn(|index| message + index as u64);
            while sender.push_slice(&cells[..length(message)]).is_err() {
                std::thread::yield_now();
            }
        }
        sender
    });
    for message in 0..MESSAGES {
        let head = loop {
            match receiver.peek() {
                Some(head) => break *head,
                None => std::thread::yield_now(),
            }
        };
        assert_eq!(head, message);
        let mut cells = [0; 5];
        let cells = &mut cells[..length(message)];
        assert!(receiver.read_exact(cells), "the head was visible without its tail");
        assert!(cells.iter().copied().eq(message..message + cells.len() as u64));
    }
    let sender = writer.join().expect("the writer asserts nothing");
    assert_eq!(sender.sent_total(), MESSAGES);
    assert!(receiver.is_empty());
}

#[derive(Clone, Debug)]
enum Step {
    Push,
    PushSlice(usize),
    Pop,
    ReadExact(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Push),
        (0_usize..12).prop_map(Step::PushSlice),
        Just(Step::Pop),
        (0_usize..12).prop_map(Step::ReadExact),
    ]
}

proptest! {
    /// The ring behaves like a bounded queue that takes a slice entirely or not at all.
    #[test]
    fn a_slice_goes_in_whole_or_not_at_all(
        capacity in 1_usize..10,
        drops in any::<bool>(),
        steps in proptest::collection::vec(step(), 0..200),
    ) {
        let overflow = if drops { Overflow::NewestDropped } else { Overflow::Reject };
        let (mut sender, mut receiver) = ring::<u32>(capacity, overflow);
        let mut model = VecDeque::new();
        let mut next = 0;
        let mut pushes = 0;
        for step in steps {
            let free = capacity - model.len();
            match step {
                Step::Push => {
                    pushes += 1;
                    let result = sender.push(next);
                    prop_assert_eq!(result.is_ok(), free > 0 || drops);
                    model.extend((free > 0).then_some(next));
                    next += 1;
                }
                Step::PushSlice(length) => {
                    pushes += 1;
                    let cells: Vec<u32> = (next..).take(length).collect();
                    let result = sender.push_slice(&cells);
                    let fits = length <= free;
                    prop_assert_eq!(result.is_ok(), fits || (drops && length <= capacity));
                    if fits {
                        model.extend(&cells);
                    }
                    next += u32::try_from(length).expect("at most twelve");
                }
                Step::Pop => prop_assert_eq!(receiver.pop(), model.pop_front()),
                Step::ReadExact(length) => {
                    let mut cells = vec![0; length];
                    let fits = length <= model.len();
                    prop_assert_eq!(receiver.read_exact(&mut cells), fits);
                    if fits {
                        prop_assert!(cells.into_iter().eq(model.drain(..length)));
                    }
                }
            }
            prop_assert_eq!(receiver.len(), model.len());
            prop_assert_eq!(sender.free(), capacity - model.len());
            prop_assert_eq!(receiver.peek(), model.front());
            prop_assert_eq!(sender.sent_total() + sender.full_total(), pushes);
        }
    }
}
