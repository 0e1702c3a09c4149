// What JS calls to record programs and to run them.

#pragma once

#include "call.h"
#include "program.h"
#include "values.h"

namespace {

Recorder& recorderOf(Call& call) {
  if (!call.environment.recorder) throw ArgumentError("nothing is being recorded");
  return *call.environment.recorder;
}

/** A tensor to be read, unless the read would be missing from the program that is being recorded. */
at::Tensor toReadable(Call& call) {
  const auto tensor = toTensor(call.env, call.environment, call.arguments[0]);
  if (call.environment.recorder) call.environment.recorder->requireReadable(tensor);
  return tensor;
}

// beginRecording()
napi_value beginRecording(Call& call) {
  if (call.environment.recorder || call.environment.pausedRecorder)
    throw RecordingError("a step is being recorded already: recordings cannot be nested");
  call.environment.recorder = std::make_shared<Recorder>();
  return nullptr;
}

// markChanging(handles): their values are other ones in each run; they cannot be read, and can be written
napi_value markChanging(Call& call) {
  auto& recorder = recorderOf(call);
  forEachItem(call.env, call.arguments[0],
              [&](napi_value item) { recorder.markChanging(toTensor(call.env, call.environment, item)); });
  return nullptr;
}

// endSegment(): what follows will be run on its own
napi_value endSegment(Call& call) {
  recorderOf(call).endSegment();
  return nullptr;
}

// endRecording() -> id of the program
napi_value endRecording(Call& call) {
  auto& environment = call.environment;
  auto program = recorderOf(call).finish();
  environment.recorder.reset();
  const auto id = ++environment.programsMade;
  environment.programs.emplace(id, std::move(program));
  return fromNumber(call.env, id);
}

// pauseRecording(): until it is resumed, calls are made and not written down
napi_value pauseRecording(Call& call) {
  recorderOf(call);
  call.environment.pausedRecorder = std::move(call.environment.recorder);
  return nullptr;
}

// resumeRecording()
napi_value resumeRecording(Call& call) {
  if (!call.environment.pausedRecorder) throw ArgumentError("no recording is paused");
  call.environment.recorder = std::move(call.environment.pausedRecorder);
  return nullptr;
}

// cancelRecording()
napi_value cancelRecording(Call& call) {
  call.environment.recorder.reset();
  call.environment.pausedRecorder.reset();
  return nullptr;
}

std::shared_ptr<Program> toProgram(Call& call, size_t argument) {
  const auto& programs = call.environment.programs;
  const auto id = toInteger(call.env, call.arguments[argument]);
  const auto found = id < 0 || id > UINT32_MAX ? programs.end() : programs.find(static_cast<uint32_t>(id));
  if (found == programs.end()) throw ArgumentError("no program has the id " + std::to_string(id));
  return found->second;
}

// requireSameProgram(id, id)
napi_value requireSameProgram(Call& call) {
  requireSame(*toProgram(call, 0), *toProgram(call, 1));
  return nullptr;
}

// runProgram(id, segment) -> whether as a CUDA graph
napi_value runProgram(Call& call) {
  if (call.environment.recorder) throw RecordingError("a program cannot be run while a step is recorded");
  const auto program = toProgram(call, 0);
  const auto segment = toInteger(call.env, call.arguments[1]);
  if (segment < 0) throw ArgumentError("segments count from 0");
  return fromBoolean(call.env, program->run(static_cast<size_t>(segment), call.environment.device));
}

// whyNoGraph(id) -> why the program is run call by call on CUDA; empty where it is not
napi_value whyNoGraph(Call& call) { return fromString(call.env, toProgram(call, 0)->whyNoGraph()); }

// releaseProgram(id)
napi_value releaseProgram(Call& call) {
  toProgram(call, 0);
  call.environment.programs.erase(static_cast<uint32_t>(toInteger(call.env, call.arguments[0])));
  return nullptr;
}

}  // namespace
