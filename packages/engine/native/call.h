// Functions that JS calls, and how what they throw becomes a JS error.

#pragma once

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cstring>

#include "environment.h"
#include "memory.h"

namespace {

constexpr size_t MAX_ARGUMENTS = 24;
constexpr size_t MAX_MESSAGE = 4000;

struct Call {
  napi_env env;
  std::shared_ptr<Environment> shared;
  Environment& environment;
  size_t count;
  napi_value arguments[MAX_ARGUMENTS];
};

using Function = napi_value (*)(Call&);

/** Runs `body`; `fail(code, message)` hears what it throws, so that no C++ exception goes further. */
template <typename Body, typename Fail>
void guarded(Body body, Fail fail) {
  const auto report = [&](const char* code, std::string message) {
    message.resize(std::min(message.size(), MAX_MESSAGE));
    fail(code, message);
  };
  try {
    c10::InferenceMode inference;  // libtorch records no gradients
    body();
  } catch (const Failure& error) {
    report(error.code, error.what());
  } catch (const c10::OutOfMemoryError& error) {
    report("ERR_OUT_OF_MEMORY", error.what_without_backtrace());
  } catch (const c10::Error& error) {
    report("ERR_LIBTORCH", error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    releaseKept();
    report("ERR_OUT_OF_MEMORY", "out of memory");
  } catch (const std::exception& error) {
    report("ERR_LIBTORCH", error.what());
  } catch (...) {
    report("ERR_LIBTORCH", "unknown error");
  }
}

/** An exported function. A JS exception that is pending, a getter's for instance, is thrown instead of ours. */
template <Function function>
napi_value exported(napi_env env, napi_callback_info info) {
  napi_value result = nullptr;
  guarded(
      [&] {
        auto shared = environmentOf(env);
        Call call{env, shared, *shared, MAX_ARGUMENTS, {}};
        check(napi_get_cb_info(env, info, &call.count, call.arguments, nullptr, nullptr), "arguments");
        result = function(call);
      },
      [&](const char* code, const std::string& message) {
        const bool isArgument = std::strcmp(code, "ERR_ARGUMENT") == 0;
        (isArgument ? napi_throw_type_error : napi_throw_error)(env, code, message.c_str());
      });
  return result;
}

}  // namespace
