//! John Ehlers' digital signal processing.
//!
//! Before its first sample a series is taken to have stood at it for ever: low-pass filters rest
//! there, high- and band-pass filters and oscillators at 0. So there is a value at once, except
//! where TA-Lib says otherwise; the transient of a filter of two poles is below 1e-6 after about
//! 3.1 of its periods. Where a quotient has nothing in its denominator the last value holds.
//!
//! Angles are radians unless named degrees. [`Constants`] chooses between constants as printed and
//! exact ones.

mod adaptive;
mod adaptive_2004;
mod analytic_cycle;
mod angle;
mod auto_tune;
mod autocorrelation;
mod band_pass;
mod band_pass_2013;
mod butterworth;
mod center_of_gravity;
mod comb;
mod continuation_index;
mod correlation_cycle;
mod correlation_trend;
mod cyber_cycle;
mod cybernetic;
mod cycle_2004;
mod cycle_2013;
mod decycler;
mod decycler_oscillator;
mod decycler_oscillator_2015;
mod detectors;
mod deviation_scaled;
mod directional_hann;
mod distance_filter;
mod dual_differentiator;
mod empirical_mode;
mod error_corrected;
mod even_better_sinewave;
mod fisher_transform;
mod fourier;
mod fourier_series;
mod fractal;
mod gain;
mod gaussian;
mod hann;
mod high_pass;
mod high_pass_1;
mod high_pass_2020;
mod hilbert_indicator;
mod hilbert_period;
mod hilbert_sine;
mod hilbert_talib;
mod homodyne;
mod instantaneous_trend;
mod inverse_fisher;
mod laguerre;
mod laguerre_2025;
mod loops;
mod mama;
mod mesa_stochastic;
mod moving_average_difference;
mod noise_elimination;
mod past;
mod phase;
mod phase_accumulator;
mod precision_trend;
mod projected;
mod recursive_median;
mod reflex;
mod relative_strength;
mod relative_vigor;
mod reverse_ema;
mod reversion_index;
mod rms;
mod rocket_rsi;
mod roofing;
mod roofing_one_pole;
mod school;
mod simple_decycler;
mod spectrum;
mod stochasticized;
mod super_smoother;
mod super_smoother_2004;
mod swiss_army_knife;
mod three_pole;
mod truncated_band_pass;
mod two_pole;
mod ultimate;
mod ultimate_strength;
mod universal;
mod voss;
mod zero_crossing;

pub use adaptive::{AdaptiveBandPass, AdaptiveCci, AdaptiveRsi, AdaptiveStochastic};
pub use adaptive_2004::{AdaptiveCenterOfGravity, AdaptiveCyberCycle, AdaptiveMomentum};
pub use analytic_cycle::AnalyticCycle;
pub use auto_tune::{AutoTune, AutoTuneLines};
pub use autocorrelation::{AutocorrelationPeriodogram, AutocorrelationReversal};
pub use band_pass::BandPass;
pub use band_pass_2013::{BandPassSignal, BandPassSignals};
pub use butterworth::Butterworth2;
pub use center_of_gravity::CenterOfGravity;
pub use comb::CombCycle;
pub use continuation_index::ContinuationIndex;
pub use correlation_cycle::{CorrelationCycle, CycleLines};
pub use correlation_trend::CorrelationTrend;
pub use cyber_cycle::CyberCycle;
pub use cybernetic::CyberneticOscillator;
pub use cycle_2004::{CyclePeriod, SineWave, SineWaveLines};
pub use cycle_2013::{CycleMethod, HilbertCycle};
pub use decycler::Decycler;
pub use decycler_oscillator::DecyclerOscillator;
pub use decycler_oscillator_2015::DecyclerOscillator2015;
pub use detectors::{AmplitudeDetector, FrequencyDetector};
pub use deviation_scaled::DeviationScaled;
pub use directional_hann::DirectionalHann;
pub use distance_filter::DistanceFilter;
pub use dual_differentiator::DualDifferentiator;
pub use empirical_mode::{EmpiricalMode, ModeLines};
pub use error_corrected::{ErrorCorrected, ErrorCorrectedLines};
pub use even_better_sinewave::EvenBetterSinewave;
pub use fisher_transform::{FisherTransform, FisherTransform2002};
pub use fourier::FourierCycle;
pub use fourier_series::{FourierSeries, SeriesLines};
pub use fractal::FractalAverage;
pub use gaussian::Gaussian;
pub use hann::{HannRsi, WindowedAverage};
pub use high_pass::HighPass;
pub use high_pass_1::HighPass1;
pub use high_pass_2020::HighPass2020;
pub use hilbert_indicator::{ClassicHilbert, ClassicHilbertLines, HilbertIndicator, HilbertLines};
pub use hilbert_period::{HilbertPeriod, HilbertPhasor, PhasorLines};
pub use hilbert_sine::{HilbertSine, SineLines};
pub use homodyne::HomodynePeriod;
pub use instantaneous_trend::{InstantaneousTrend, TrendLines};
pub use inverse_fisher::{InverseFisherCyberCycle, InverseFisherRsi};
pub use laguerre::{LaguerreFilter, LaguerreRsi};
pub use laguerre_2025::{LaguerreFilter2025, LaguerreOscillator};
pub use loops::{EhlersLoops, LoopLines};
pub use mama::{Mama, MamaLines};
pub use mesa_stochastic::MesaStochastic;
pub use moving_average_difference::{AverageDifference, AverageDifferenceHann};
pub use noise_elimination::NoiseElimination;
pub use phase_accumulator::PhaseAccumulation;
pub use precision_trend::{PrecisionLines, PrecisionTrend};
pub use projected::{ProjectedAverage, ProjectedLines};
pub use recursive_median::{RecursiveMedian, RecursiveMedianOscillator};
pub use reflex::{Reflex, Trendflex};
pub use relative_strength::{MyRsi, SmoothedRsi};
pub use relative_vigor::RelativeVigor;
pub use reverse_ema::ReverseEma;
pub use reversion_index::{ReversionIndex, ReversionLines};
pub use rocket_rsi::RocketRsi;
pub use roofing::Roofing;
pub use roofing_one_pole::RoofingOnePole;
pub use school::Constants;
pub use simple_decycler::SimpleDecycler;
pub use stochasticized::{
    FisherCenterOfGravity, FisherCyberCycle, FisherVigor, StochasticCenterOfGravity,
    StochasticCyberCycle, StochasticLines, StochasticVigor,
};
pub use super_smoother::SuperSmoother;
pub use super_smoother_2004::SuperSmoother2004;
pub use swiss_army_knife::{Blade, SwissArmyKnife};
pub use three_pole::{Butterworth3, SuperSmoother3};
pub use truncated_band_pass::TruncatedBandPass;
pub use ultimate::UltimateSmoother;
pub use ultimate_strength::UltimateStrength;
pub use universal::UniversalOscillator;
pub use voss::{VossLines, VossPredictor};
pub use zero_crossing::ZeroCrossingCycle;

use crate::catalog::Listing;
use crate::columns::Column;

/// The school's indicators.
pub(crate) const INDICATORS: &[Listing] = &[
    Listing::of::<AdaptiveBandPass>(),
    Listing::of::<AdaptiveCci>(),
    Listing::of::<AdaptiveCenterOfGravity>(),
    Listing::of::<AdaptiveCyberCycle>(),
    Listing::of::<AdaptiveMomentum>(),
    Listing::of::<AdaptiveRsi>(),
    Listing::of::<AdaptiveStochastic>(),
    Listing::of::<AmplitudeDetector>(),
    Listing::of::<AnalyticCycle>(),
    Listing::of::<AutoTune>(),
    Listing::of::<AutocorrelationPeriodogram>(),
    Listing::of::<AutocorrelationReversal>(),
    Listing::of::<AverageDifference>(),
    Listing::of::<AverageDifferenceHann>(),
    Listing::of::<BandPass>(),
    Listing::of::<BandPassSignal>(),
    Listing::of::<Butterworth2>(),
    Listing::of::<Butterworth3>(),
    Listing::of::<CenterOfGravity>(),
    Listing::of::<ClassicHilbert>(),
    Listing::of::<CombCycle>(),
    Listing::of::<ContinuationIndex>(),
    Listing::of::<CorrelationCycle>(),
    Listing::of::<CorrelationTrend>(),
    Listing::of::<CyberCycle>(),
    Listing::of::<CyberneticOscillator>(),
    Listing::of::<CyclePeriod>(),
    Listing::of::<Decycler>(),
    Listing::of::<DecyclerOscillator>(),
    Listing::of::<DecyclerOscillator2015>(),
    Listing::of::<DeviationScaled>(),
    Listing::of::<DirectionalHann>(),
    Listing::of::<DistanceFilter>(),
    Listing::of::<DualDifferentiator>(),
    Listing::of::<EhlersLoops>(),
    Listing::of::<EmpiricalMode>(),
    Listing::of::<ErrorCorrected>(),
    Listing::of::<EvenBetterSinewave>(),
    Listing::of::<FisherCenterOfGravity>(),
    Listing::of::<FisherCyberCycle>(),
    Listing::of::<FisherTransform>(),
    Listing::of::<FisherTransform2002>(),
    Listing::of::<FisherVigor>(),
    Listing::of::<FourierCycle>(),
    Listing::of::<FourierSeries>(),
    Listing::of::<FractalAverage>(),
    Listing::of::<FrequencyDetector>(),
    Listing::of::<Gaussian>(),
    Listing::of::<HannRsi>(),
    Listing::of::<HighPass>(),
    Listing::of::<HighPass1>(),
    Listing::of::<HighPass2020>(),
    Listing::of::<HilbertCycle>(),
    Listing::of::<HilbertIndicator>(),
    Listing::of::<HilbertPeriod>(),
    Listing::of::<HilbertPhasor>(),
    Listing::of::<HilbertSine>(),
    Listing::of::<HomodynePeriod>(),
    Listing::of::<InstantaneousTrend>(),
    Listing::of::<InverseFisherCyberCycle>(),
    Listing::of::<InverseFisherRsi>(),
    Listing::of::<LaguerreFilter>(),
    Listing::of::<LaguerreFilter2025>(),
    Listing::of::<LaguerreOscillator>(),
    Listing::of::<LaguerreRsi>(),
    Listing::of::<Mama>(),
    Listing::of::<MesaStochastic>(),
    Listing::of::<MyRsi>(),
    Listing::of::<NoiseElimination>(),
    Listing::of::<PhaseAccumulation>(),
    Listing::of::<PrecisionTrend>(),
    Listing::of::<ProjectedAverage>(),
    Listing::of::<RecursiveMedian>(),
    Listing::of::<RecursiveMedianOscillator>(),
    Listing::of::<Reflex>(),
    Listing::of::<RelativeVigor>(),
    Listing::of::<ReverseEma>(),
    Listing::of::<ReversionIndex>(),
    Listing::of::<RocketRsi>(),
    Listing::of::<Roofing>(),
    Listing::of::<RoofingOnePole>(),
    Listing::of::<SimpleDecycler>(),
    Listing::of::<SineWave>(),
    Listing::of::<SmoothedRsi>(),
    Listing::of::<StochasticCenterOfGravity>(),
    Listing::of::<StochasticCyberCycle>(),
    Listing::of::<StochasticVigor>(),
    Listing::of::<SuperSmoother>(),
    Listing::of::<SuperSmoother2004>(),
    Listing::of::<SuperSmoother3>(),
    Listing::of::<SwissArmyKnife>(),
    Listing::of::<Trendflex>(),
    Listing::of::<TruncatedBandPass>(),
    Listing::of::<UltimateSmoother>(),
    Listing::of::<UltimateStrength>(),
    Listing::of::<UniversalOscillator>(),
    Listing::of::<VossPredictor>(),
    Listing::of::<WindowedAverage>(),
    Listing::of::<ZeroCrossingCycle>(),
];

/// The school's columns.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("supersmoother", "supersmoother(ehlers.ss)"),
    Column::new("ultimate", "ultimate(ehlers.ss)"),
    Column::new("supersmoother2_2004", "supersmoother2_2004(ehlers.ss2)"),
    Column::new("supersmoother3", "supersmoother3(ehlers.ss2)"),
    Column::new("butter2", "butter2(ehlers.ss2)"),
    Column::new("butter3", "butter3(ehlers.ss2)"),
    Column::new("gauss2", "gauss(ehlers.gauss, 2)"),
    Column::new("gauss4", "gauss(ehlers.gauss, 4)"),
    Column::new("hp1", "hp1(ehlers.hp)"),
    Column::new("hp2", "hp2(ehlers.hp)"),
    Column::new("hp_2020", "hp_2020(ehlers.hp)"),
    Column::new("decycler", "decycler(ehlers.dec)"),
    Column::new("decycler_2015", "decycler_2015(ehlers.dec15)"),
    Column::new("decycler_osc", "decycler_osc(ehlers.decosc)"),
    Column::new("roofing", "roofing(ehlers.roof)"),
    Column::new("bandpass_core", "bandpass(ehlers.bp)"),
    Column::new("bandpass_2013.bp", "bandpass_2013(ehlers.bp13).bp"),
    Column::new("bandpass_2013.signal", "bandpass_2013(ehlers.bp13).signal"),
    Column::new("bandpass_2013.trigger", "bandpass_2013(ehlers.bp13).trigger"),
    Column::new("itrend_2004.it", "itrend_2004(ehlers.al).it"),
    Column::new("itrend_2004.trigger", "itrend_2004(ehlers.al).trigger"),
    Column::new("cyber_cycle", "cyber_cycle(ehlers.al)"),
    Column::new("stoch_cyber_cycle.v", "stoch_cyber_cycle(ehlers.al, 8).v"),
    Column::new("stoch_cyber_cycle.trigger", "stoch_cyber_cycle(ehlers.al, 8).trigger"),
    Column::new("inv_fisher_cyber_cycle", "inv_fisher_cyber_cycle(ehlers.al)"),
    Column::new("cycle_period_2004", "cycle_period_2004(ehlers.al)"),
    Column::new("sinewave_2004.phase", "sinewave_2004(ehlers.al).phase"),
    Column::new("sinewave_2004.sine", "sinewave_2004(ehlers.al).sine"),
    Column::new("sinewave_2004.lead", "sinewave_2004(ehlers.al).lead"),
    Column::new("cg", "cg(ehlers.cg)"),
    Column::new("stoch_cg.v", "stoch_cg(8, 8).v"),
    Column::new("stoch_cg.trigger", "stoch_cg(8, 8).trigger"),
    Column::new("rvi", "rvi(ehlers.rvi)"),
    Column::new("fisher_2002", "fisher_2002(ehlers.fish)"),
    Column::new("fisher_2004", "fisher_2004(ehlers.fish)"),
    Column::new("inv_fisher_rsi", "inv_fisher_rsi(5, 9)"),
    Column::new("laguerre_filter", "laguerre_filter(ehlers.lagf)"),
    Column::new("laguerre_rsi", "laguerre_rsi(ehlers.lagr)"),
    Column::new("smoothed_rsi", "smoothed_rsi(ehlers.srsi)"),
    Column::new("my_rsi", "my_rsi(ehlers.myrsi)"),
    Column::new("rsih", "rsih(ehlers.myrsi)"),
    Column::new("net_myrsi", "net_myrsi(ehlers.myrsi)"),
    Column::new("rocket_rsi", "rocket_rsi(8, 10)"),
    Column::new("ebsw", "ebsw(ehlers.ebsw, 10)"),
    Column::new("reflex", "reflex(ehlers.flex)"),
    Column::new("trendflex", "trendflex(ehlers.flex)"),
    Column::new("cti", "cti(ehlers.flex)"),
    Column::new("corr_cycle.real", "corr_cycle(ehlers.flex).real"),
    Column::new("corr_cycle.imag", "corr_cycle(ehlers.flex).imag"),
    Column::new("corr_cycle.angle", "corr_cycle(ehlers.flex).angle"),
    Column::new("corr_cycle.state", "corr_cycle(ehlers.flex).state"),
    Column::new("voss.filt", "voss(ehlers.voss).filt"),
    Column::new("voss.voss", "voss(ehlers.voss).voss"),
    Column::new("trunc_bandpass", "trunc_bandpass(20, 0.1, 10)"),
    Column::new("dsma", "dsma(ehlers.dsma)"),
    Column::new("frama", "frama(16)"),
    Column::new("hann_fir", "windowed(12, hann)"),
    Column::new("universal_osc", "universal_osc(20)"),
    Column::new("recursive_median", "recursive_median(12)"),
    Column::new("zero_lag_ec.ec", "zero_lag_ec(20, 50).ec"),
    Column::new("zero_lag_ec.ema", "zero_lag_ec(20, 50).ema"),
    Column::new("ehlers_distance_filter", "ehlers_distance_filter(15)"),
    Column::new("emd.mean", "emd(ehlers.emd).mean"),
    Column::new("emd.upper", "emd(ehlers.emd).upper"),
    Column::new("emd.lower", "emd(ehlers.emd).lower"),
    Column::new("mesa_stochastic", "mesa_stochastic(20, ehlers.roof)"),
    Column::new("homodyne_smooth_period", "homodyne"),
    Column::new("autocorr_periodogram_dc", "autocorr_periodogram(48, 10)"),
    Column::new("dft_dc", "dft_cycle(48, 10)"),
    Column::new("hilbert_indicator.real", "hilbert_indicator(48, 20).real"),
    Column::new("hilbert_indicator.imag", "hilbert_indicator(48, 20).imag"),
    Column::new("hilbert_indicator.ind", "hilbert_indicator(48, 20).ind"),
    Column::new("ht_dcperiod", "ht_dcperiod of hilbert.source"),
    Column::new("ht_dcphase", "ht_sine.phase of hilbert.source"),
    Column::new("ht_inphase", "ht_phasor.inphase of hilbert.source"),
    Column::new("ht_quadrature", "ht_phasor.quadrature of hilbert.source"),
    Column::new("ht_sine", "ht_sine.sine of hilbert.source"),
    Column::new("ht_leadsine", "ht_sine.lead of hilbert.source"),
    Column::new("ht_trendline", "ht_sine.trendline of hilbert.source"),
    Column::new("ht_trendmode", "ht_sine.trendmode of hilbert.source"),
    Column::new("mama", "mama(hilbert.fast_limit, hilbert.slow_limit).mama of hilbert.source"),
    Column::new("fama", "mama(hilbert.fast_limit, hilbert.slow_limit).fama of hilbert.source"),
];
