//! A row of numbers times a matrix.
//!
//! The matrix is stored in panels of 16 columns, so that a panel is read front to back and each input
//! meets 16 weights at once. An output is four sums, each of every fourth input, the last four inputs
//! ending one each, which hides the latency of adding. The order is fixed, whatever the width of the
//! registers, and nothing is fused: an addition that is fused on one machine and not on another would
//! answer other bits there.
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
        let total = product(input, rows, bias);
        out.copy_from_slice(&total[..out.len()]);
    }
}

/// One panel: the outputs of 16 columns.
#[inline(always)]
fn product(input: &[f32], rows: &[[f32; PANEL]], bias: &[f32; PANEL]) -> [f32; PANEL] {
    let ((inputs_rest, inputs), (rows_rest, rows)) =
        (input.as_rchunks::<4>(), rows.as_rchunks::<4>());
    // The odd inputs come first, so that the loop only adds to what is in registers.
    let odd = |part: usize| match (inputs_rest.get(part), rows_rest.get(part)) {
        (Some(input), Some(row)) => row.map(|weight| input * weight),
        _ => [0.0; PANEL],
    };
    let (mut a, mut b, mut c, mut d) = (odd(0), odd(1), odd(2), [0.0; PANEL]);
    for (input, rows) in inputs.iter().zip(rows) {
        a = add_scaled(a, input[0], &rows[0]);
        b = add_scaled(b, input[1], &rows[1]);
        c = add_scaled(c, input[2], &rows[2]);
        d = add_scaled(d, input[3], &rows[3]);
    }
    for lane in 0..PANEL {
        a[lane] = ((a[lane] + b[lane]) + (c[lane] + d[lane])) + bias[lane];
    }
    a
}

#[inline(always)]
fn add_scaled(mut sum: [f32; PANEL], factor: f32, row: &[f32; PANEL]) -> [f32; PANEL] {
    for lane in 0..PANEL {
        sum[lane] += factor * row[lane];
    }
    sum
}
