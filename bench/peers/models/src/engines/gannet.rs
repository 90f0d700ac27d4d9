//! Ours, with every kernel of the machine.

use gannet_models::{Evaluator, Kernel};

use super::Engine;

struct Gannet {
    evaluator: Evaluator,
}

/// The fastest kernel first.
pub fn all(bytes: &[u8]) -> Vec<Box<dyn Engine>> {
    let evaluator = Evaluator::from_bytes(bytes).expect("a model that is compiled");
    println!("  {}", evaluator.describe());
    let kernels = Kernel::ALL.into_iter().filter(|kernel| kernel.is_here());
    kernels
        .map(|kernel| {
            let mut evaluator = evaluator.clone();
            evaluator.set_kernel(kernel);
            Box::new(Gannet { evaluator }) as Box<dyn Engine>
        })
        .collect()
}

impl Engine for Gannet {
    fn name(&self) -> String {
        format!("gannet, {}", self.evaluator.kernel().name())
    }

    fn is_ours(&self) -> bool {
        true
    }

    fn predict(&mut self, row: &[f32]) -> f32 {
        let answer = self.evaluator.predict(row).expect("predicted");
        answer.last().copied().expect("two classes")
    }
}
