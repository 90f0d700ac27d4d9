//! What indicators return: one number, or a struct whose fields name the outputs.

/// The output of an indicator.
///
/// Implemented for `f64`, and by [`outputs!`](crate::outputs!) for structs; by hand only where a
/// single output can be absent while the others are present.
pub trait Outputs: Copy {
    /// The names of the outputs, in the order they are written.
    const NAMES: &'static [&'static str];

    /// Writes the outputs into as many slots as there are names.
    fn write(&self, slots: &mut [Option<f64>]);

    /// Returns whether every output is finite; others are never handed to a caller.
    fn is_finite(&self) -> bool;
}

impl Outputs for f64 {
    const NAMES: &'static [&'static str] = &["value"];

    fn write(&self, slots: &mut [Option<f64>]) {
        slots[0] = Some(*self);
    }

    #[inline]
    fn is_finite(&self) -> bool {
        Self::is_finite(*self)
    }
}

/// Declares a struct of outputs: the field names are the names of the outputs.
///
/// ```
/// gannet_features::outputs! {
///     /// A band around an average.
///     pub struct Band {
///         /// Upper edge.
///         up,
///         /// Lower edge.
///         lo,
///     }
/// }
/// let band = Band { up: 2.0, lo: 1.0 };
/// # assert_eq!(band.up - band.lo, 1.0);
/// ```
#[macro_export]
macro_rules! outputs {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* $field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: f64,)+
        }

        impl $crate::Outputs for $name {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),+];

            fn write(&self, slots: &mut [Option<f64>]) {
                slots.copy_from_slice(&[$(Some(self.$field)),+]);
            }

            #[inline]
            fn is_finite(&self) -> bool {
                $(self.$field.is_finite())&&+
            }
        }
    };
}
