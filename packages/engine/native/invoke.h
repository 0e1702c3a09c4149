// One call of an operator whose arguments are converted already: by JS, or by a program that replays it.

#pragma once

#include "division.h"
#include "operators.h"
#include "precision.h"

namespace {

/** Runs `body`; whatever it throws names the operator. */
template <typename Body>
auto naming(const Operator& op, Body body) {
  const auto named = [&](const char* message) { return op.name + ": " + message; };
  try {
    return body();
  } catch (const Failure& error) {
    throw Failure(error.code, named(error.what()));
  } catch (const c10::OutOfMemoryError& error) {
    throw OutOfMemory(named(error.what_without_backtrace()));
  } catch (const c10::Error& error) {
    throw Failure("ERR_LIBTORCH", named(error.what_without_backtrace()));
  } catch (const std::bad_alloc&) {
    throw OutOfMemory(named("out of memory"));
  } catch (const std::exception& error) {
    throw Failure("ERR_LIBTORCH", named(error.what()));
  }
}

/** Replaces the arguments on the stack by the results. */
void invoke(const Operator& op, torch::jit::Stack& stack, Precision precision) {
  requireOneDevice(stack);
  if (op.precondition) op.precondition(stack);
  castArguments(op, stack, precision);
  if (op.dividesIntegers)
    callDivision(op, stack);
  else
    op.handle.callBoxed(stack);
  castResults(op, stack, precision);
}

}  // namespace
