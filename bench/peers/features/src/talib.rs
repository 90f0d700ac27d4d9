//! TA-Lib's C library, found at run time: the one that the Python package ships.

use std::ffi::{c_double, c_int};
use std::path::Path;
use std::rc::Rc;

use libloading::{Library as Loaded, Symbol};

use crate::measure::{Contestant, Library};
use crate::series::SAMPLES;

/// The loaded library.
#[derive(Clone)]
pub struct TaLib(Rc<Loaded>);

type Begin = *mut c_int;
type In = *const c_double;
type Out = *mut c_double;

/// What all calls have in common: the last index, and where the first value and the number of
/// values are put.
struct Call {
    last: c_int,
    begin: c_int,
    count: c_int,
    out: [Vec<f64>; 3],
}

impl Call {
    fn new() -> Self {
        let last = c_int::try_from(SAMPLES - 1).expect("a short series");
        Self { last, begin: 0, count: 0, out: [(); 3].map(|()| vec![0.0; SAMPLES]) }
    }

    /// The last value of an output.
    fn last_of(&self, output: usize, code: c_int) -> f64 {
        let last = usize::try_from(self.count - 1).ok().filter(|_| code == 0);
        last.map_or(f64::NAN, |last| self.out[output][last])
    }
}

/// Declares a constructor of contestants for one shape of function.
macro_rules! shape {
    ($(#[$doc:meta])* $name:ident($($input:ident)+; $($option:ident: $kind:ty),*; $($index:literal)+)) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(&self, function: &str, $($option: $kind,)* value: usize) -> Option<Contestant> {
            type Function = unsafe extern "C" fn(
                c_int, c_int, $(shape!(@in $input),)+ $($kind,)* Begin, Begin, $(shape!(@out $index)),+
            ) -> c_int;
            let library = Rc::clone(&self.0);
            let name = format!("TA_{function}");
            // SAFETY: the functions of this name have this type (ta_func.h); the library is held
            // by the contestant, so that the pointer stays good.
            let call = *unsafe { library.get::<Function>(name.as_bytes()) }.ok()?;
            let mut state = Call::new();
            Some(Contestant::new(Library::TaLib, move |series| {
                let _held = &library;
                let [first, second, third] = &mut state.out;
                let outputs = [first.as_mut_ptr(), second.as_mut_ptr(), third.as_mut_ptr()];
                // SAFETY: inputs and outputs are SAMPLES long, and `last` is below that.
                let code = unsafe {
                    call(
                        0, state.last, $(series.$input.as_ptr(),)+ $($option,)*
                        &raw mut state.begin, &raw mut state.count, $(outputs[$index]),+
                    )
                };
                state.last_of(value, code)
            }))
        }
    };
    (@in $input:ident) => { In };
    (@out $index:literal) => { Out };
}

impl TaLib {
    /// Loads and initialises the library.
    ///
    /// # Errors
    /// It is not there, or it is another library.
    pub fn load(path: &Path) -> Result<Self, String> {
        // SAFETY: TA-Lib has no initialisers that run when it is loaded.
        let library = unsafe { Loaded::new(path) }.map_err(|error| error.to_string())?;
        // SAFETY: the function takes nothing and returns a code (ta_common.h).
        let initialize: Symbol<'_, unsafe extern "C" fn() -> c_int> =
            unsafe { library.get(b"TA_Initialize") }.map_err(|error| error.to_string())?;
        // SAFETY: it may be called once, before everything else.
        let code = unsafe { initialize() };
        (code == 0).then(|| Self(Rc::new(library))).ok_or_else(|| format!("code {code}"))
    }

    shape!(
        /// A function of prices without options.
        price(close; ; 0)
    );
    shape!(
        /// A function of prices and a period.
        price_period(close; period: c_int; 0)
    );
    shape!(
        /// A function of prices, a period and a factor.
        price_period_factor(close; period: c_int, factor: c_double; 0)
    );
    shape!(
        /// A function of prices with two outputs and no options.
        price_two(close; ; 0 1)
    );
    shape!(
        /// MAMA.
        price_limits(close; fast: c_double, slow: c_double; 0 1)
    );
    shape!(
        /// MACD.
        price_three_periods(close; fast: c_int, slow: c_int, signal: c_int; 0 1 2)
    );
    shape!(
        /// BBANDS.
        bands(close; period: c_int, up: c_double, down: c_double, kind: c_int; 0 1 2)
    );
    shape!(
        /// A function of high, low and close, and a period.
        bar_period(high low close; period: c_int; 0)
    );
    shape!(
        /// STOCH.
        #[expect(clippy::too_many_arguments, reason = "as many as the function has")]
        stochastic(high low close; fast_k: c_int, slow_k: c_int, slow_kind: c_int, d: c_int, d_kind: c_int; 0 1)
    );
    shape!(
        /// ULTOSC.
        bar_three_periods(high low close; first: c_int, second: c_int, third: c_int; 0)
    );
    shape!(
        /// OBV.
        close_volume(close volume; ; 0)
    );
    shape!(
        /// SAR.
        range_factors(high low; step: c_double, maximum: c_double; 0)
    );
    shape!(
        /// AROON.
        range_period_two(high low; period: c_int; 0 1)
    );
    shape!(
        /// A function of high, low, close and volume, and a period.
        flow_period(high low close volume; period: c_int; 0)
    );
    shape!(
        /// AD.
        flow(high low close volume; ; 0)
    );
    shape!(
        /// BOP.
        candle(open high low close; ; 0)
    );
}
