//! A row of numbers times a matrix.
//!
//! The matrix is stored in panels of 16 columns, so that a panel is read front to back. Each output
//! is four sums, of inputs 0, 4, 8, … and 1, 5, 9, … and so on, which hides the latency of adding:
//! the order is fixed, whatever the width of the registers.
//!
//! Hot: called per layer.

/// Columns of a panel.
pub(crate) const PANEL: usize = 16;

/// Packs a matrix of `depth` rows and `width` columns, given by a function, into panels. Columns
/// beyond the last are zero.
pub(crate) fn pack(depth: usize, width: usize, at: impl Fn(usize, usize) -> f32) -> Vec<f32> {
    let mut packed = Vec::with_capacity(depth * width.next_multiple_of(PANEL));
    for first in (0..width).step_by(PANEL) {
        for row in 0..depth {
            for column in first..first + PANEL {
                packed.push(if column < width { at(row, column) } else { 0.0 });
            }
        }
    }
    packed
}

/// Multiplies a row by packed weights and adds a bias.
#[inline(always)]
pub(super) fn multiply(input: &[f32], weights: &[f32], bias: &[f32], out: &mut [f32]) {
    let depth = input.len();
    let (bias, _) = bias.as_chunks::<PANEL>();
    for ((out, bias), panel) in
        out.chunks_mut(PANEL).zip(bias).zip(weights.chunks_exact((depth * PANEL).max(1)))
    {
        let (rows, _) = panel.as_chunks::<PANEL>();
        let mut sums = [[0.0_f32; PANEL]; 4];
        let ((inputs, inputs_rest), (rows, rows_rest)) =
            (input.as_chunks::<4>(), rows.as_chunks::<4>());
        for (inputs, rows) in inputs.iter().zip(rows) {
            for part in 0..4 {
                for lane in 0..PANEL {
                    sums[part][lane] += inputs[part] * rows[part][lane];
                }
            }
        }
        for ((input, row), sums) in inputs_rest.iter().zip(rows_rest).zip(&mut sums) {
            for lane in 0..PANEL {
                sums[lane] += input * row[lane];
            }
        }
        let [a, b, c, d] = sums;
        let mut total = [0.0; PANEL];
        for lane in 0..PANEL {
            total[lane] = ((a[lane] + b[lane]) + (c[lane] + d[lane])) + bias[lane];
        }
        out.copy_from_slice(&total[..out.len()]);
    }
}
