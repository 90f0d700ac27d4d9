//! onnxruntime through its C interface: one thread, tensors made once and bound, all optimisations.

use std::ffi::{CStr, c_char, c_void};
use std::path::Path;
use std::ptr;
use std::rc::Rc;

use libloading::Library;
use ort_sys::{
    GraphOptimizationLevel, ONNXTensorElementDataType, OrtAllocator, OrtAllocatorType, OrtApi,
    OrtApiBase, OrtEnv, OrtIoBinding, OrtLoggingLevel, OrtMemType, OrtMemoryInfo, OrtSession,
    OrtSessionOptions, OrtStatusPtr, OrtValue,
};

use super::Engine;

/// The version of the interface whose types are used; later libraries have it, too.
const API_VERSION: u32 = 17;

/// The loaded library.
#[derive(Clone)]
pub struct Runtime(Rc<Inner>);

struct Inner {
    _library: Library,
    api: &'static OrtApi,
    version: String,
    env: *mut OrtEnv,
}

/// A session with its bound tensors. They live as long as the process: a benchmark frees nothing.
struct Session {
    runtime: Runtime,
    session: *mut OrtSession,
    binding: *mut OrtIoBinding,
    input: Box<[f32]>,
    output: Box<[f32]>,
}

/// Calls a function of the interface; its complaint is the error.
macro_rules! call {
    ($api:expr, $function:ident($($argument:expr),*)) => {{
        // SAFETY: pointers come from this interface, or to memory that outlives the session; out
        // parameters are places of the right type.
        let status = unsafe { ($api.$function)($($argument),*) };
        complaint($api, status)
    }};
}

impl Runtime {
    /// Loads the library.
    ///
    /// # Errors
    /// It is not there, or it lacks the interface.
    pub fn load(path: &Path) -> Result<Self, String> {
        // SAFETY: onnxruntime may be loaded into any process; its initialisers only fill tables.
        let library = unsafe { Library::new(path) }.map_err(|error| error.to_string())?;
        type Base = unsafe extern "system" fn() -> *const OrtApiBase;
        // SAFETY: the function of this name has this type (onnxruntime_c_api.h).
        let base =
            *unsafe { library.get::<Base>(b"OrtGetApiBase") }.map_err(|error| error.to_string())?;
        // SAFETY: it returns a pointer to a constant, never null.
        let base = unsafe { &*base() };
        // SAFETY: the table is constant; it is null if the library lacks the version.
        let api = unsafe { (base.GetApi)(API_VERSION).as_ref() }.ok_or("it is too old")?;
        // SAFETY: a constant text.
        let version = unsafe { CStr::from_ptr((base.GetVersionString)()) };
        let version = version.to_string_lossy().into_owned();
        let mut env = ptr::null_mut();
        let level = OrtLoggingLevel::ORT_LOGGING_LEVEL_ERROR;
        call!(api, CreateEnv(level, c"peers".as_ptr(), &raw mut env))?;
        Ok(Self(Rc::new(Inner { _library: library, api, version, env })))
    }

    /// Prepares a model of 32 features whose last output is the probabilities of two classes.
    ///
    /// # Errors
    /// What the library says.
    pub fn session(&self, bytes: &[u8]) -> Result<Box<dyn Engine>, String> {
        let api = self.0.api;
        let mut options: *mut OrtSessionOptions = ptr::null_mut();
        call!(api, CreateSessionOptions(&raw mut options))?;
        call!(api, SetIntraOpNumThreads(options, 1))?;
        call!(api, SetInterOpNumThreads(options, 1))?;
        let all = GraphOptimizationLevel::ORT_ENABLE_ALL;
        call!(api, SetSessionGraphOptimizationLevel(options, all))?;
        let mut session: *mut OrtSession = ptr::null_mut();
        let data = bytes.as_ptr().cast::<c_void>();
        call!(
            api,
            CreateSessionFromArray(self.0.env, data, bytes.len(), options, &raw mut session)
        )?;

        let mut memory: *mut OrtMemoryInfo = ptr::null_mut();
        let (kind, place) = (OrtAllocatorType::OrtArenaAllocator, OrtMemType::OrtMemTypeDefault);
        call!(api, CreateCpuMemoryInfo(kind, place, &raw mut memory))?;
        let (mut input, mut output) = (boxed(32), boxed(2));
        let from = tensor(api, memory, &mut input)?;
        let to = tensor(api, memory, &mut output)?;

        let mut allocator: *mut OrtAllocator = ptr::null_mut();
        call!(api, GetAllocatorWithDefaultOptions(&raw mut allocator))?;
        let (mut first, mut last): (*mut c_char, *mut c_char) = (ptr::null_mut(), ptr::null_mut());
        let mut outputs = 0;
        call!(api, SessionGetOutputCount(session, &raw mut outputs))?;
        call!(api, SessionGetInputName(session, 0, allocator, &raw mut first))?;
        call!(api, SessionGetOutputName(session, outputs - 1, allocator, &raw mut last))?;
        let mut binding: *mut OrtIoBinding = ptr::null_mut();
        call!(api, CreateIoBinding(session, &raw mut binding))?;
        call!(api, BindInput(binding, first, from))?;
        call!(api, BindOutput(binding, last, to))?;
        Ok(Box::new(Session { runtime: self.clone(), session, binding, input, output }))
    }
}

impl Engine for Session {
    fn name(&self) -> String {
        format!("onnxruntime {} (C)", self.runtime.0.version)
    }

    fn predict(&mut self, row: &[f32]) -> f32 {
        self.input.copy_from_slice(row);
        let api = self.runtime.0.api;
        call!(api, RunWithBinding(self.session, ptr::null(), self.binding)).expect("predicted");
        // The library wrote behind the compiler's back.
        std::hint::black_box(&mut self.output)[1]
    }
}

fn boxed(len: usize) -> Box<[f32]> {
    vec![0.0; len].into_boxed_slice()
}

/// One row that lies in our memory.
fn tensor(
    api: &OrtApi,
    memory: *const OrtMemoryInfo,
    numbers: &mut [f32],
) -> Result<*mut OrtValue, String> {
    let shape = [1, i64::try_from(numbers.len()).expect("a short row")];
    let kind = ONNXTensorElementDataType::ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
    let (data, bytes) = (numbers.as_mut_ptr().cast::<c_void>(), size_of_val(numbers));
    let mut value = ptr::null_mut();
    call!(
        api,
        CreateTensorWithDataAsOrtValue(
            memory,
            data,
            bytes,
            shape.as_ptr(),
            2,
            kind,
            &raw mut value
        )
    )?;
    Ok(value)
}

fn complaint(api: &OrtApi, status: OrtStatusPtr) -> Result<(), String> {
    if status.0.is_null() {
        return Ok(());
    }
    // SAFETY: a status that is not null has a text, which lives as long as it.
    let text = unsafe { CStr::from_ptr((api.GetErrorMessage)(status.0)) };
    Err(text.to_string_lossy().into_owned())
}
