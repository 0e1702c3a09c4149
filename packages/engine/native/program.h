// Calls of operators that were recorded once and run again without JavaScript.
//
// Tensors are slots: those that the program computes, and those that were there before it, which it keeps. What a later run
// is to see has to be written into the latter, in place. A program consists of segments, between which its owner may read
// and write tensors. On CUDA each segment becomes a graph (graph.h).

#pragma once

#include <c10/util/intrusive_ptr.h>

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "graph.h"
#include "invoke.h"

namespace {

struct RecordingError : Failure {
  explicit RecordingError(const std::string& message) : Failure("ERR_RECORDING", message) {}
};

constexpr uint32_t NO_SLOT = UINT32_MAX;
constexpr uint32_t NOT_IN_LIST = UINT32_MAX;

struct Instruction {
  /** Where in the arguments a tensor stands. */
  struct Input {
    uint32_t argument;
    uint32_t element;  // of a list
    uint32_t slot;
  };
  const Operator* op;
  Precision precision;
  torch::jit::Stack arguments;  // without the tensors
  std::vector<Input> inputs;
  std::vector<uint32_t> outputs;  // a slot, or NO_SLOT, for each tensor that it returns
  std::vector<uint32_t> last;     // slots that nothing needs any more
};

/** All tensors among values, also those in lists, with their places; undefined ones too. */
template <typename Visit>
void forEachTensor(const torch::jit::Stack& values, Visit visit) {
  for (uint32_t i = 0; i < values.size(); ++i) {
    if (values[i].isTensor()) visit(values[i].toTensor(), i, NOT_IN_LIST);
    if (!values[i].isList()) continue;
    const auto list = values[i].toList();
    for (uint32_t k = 0; k < list.size(); ++k) {
      const c10::IValue element = list.get(k);
      if (element.isTensor()) visit(element.toTensor(), i, k);
    }
  }
}

class Program {
 public:
  std::vector<Instruction> instructions;
  std::vector<size_t> ends;              // of the segments
  std::vector<at::Tensor> slots;
  std::vector<bool> isExternal;          // by slot: it was there before the program

  /** Runs a segment. @returns whether as a graph */
  bool run(size_t segment, at::Device device) {
    if (segment >= ends.size())
      throw ArgumentError(c10::str("the program has ", ends.size(), " segments, got ", segment));
    if (device.is_cuda()) return graphs.run(segment, device, [&] { execute(segment); });
    execute(segment);
    return false;
  }

  /** Why it runs call by call on CUDA; empty where it does not. */
  const std::string& whyNoGraph() const { return graphs.failure(); }

 private:
  Graphs graphs;

  void execute(size_t segment) {
    try {
      for (auto i = segment == 0 ? 0 : ends[segment - 1]; i < ends[segment]; ++i) execute(instructions[i]);
    } catch (...) {
      for (size_t slot = 0; slot < slots.size(); ++slot)
        if (!isExternal[slot]) slots[slot].reset();
      throw;
    }
  }

  void execute(const Instruction& instruction) {
    auto stack = instruction.arguments;
    uint32_t copied = UINT32_MAX;  // lists are shared by reference
    for (const auto& [argument, element, slot] : instruction.inputs) {
      if (element == NOT_IN_LIST) {
        stack[argument] = slots[slot];
        continue;
      }
      if (copied != argument) stack[argument] = c10::IValue(stack[argument].toList().copy());
      copied = argument;
      stack[argument].toList().set(element, c10::IValue(slots[slot]));
    }
    naming(*instruction.op, [&] { invoke(*instruction.op, stack, instruction.precision); });
    size_t result = 0;
    forEachTensor(stack, [&](const at::Tensor& tensor, uint32_t, uint32_t) {
      const auto slot = instruction.outputs[result++];
      if (slot != NO_SLOT) slots[slot] = tensor;
    });
    for (const auto slot : instruction.last) slots[slot].reset();
  }
};

/** Writes a program while JS makes its calls. */
class Recorder {
 public:
  /** Tensors from outside that change between runs: they must not be read, and may be written. */
  void markChanging(const at::Tensor& tensor) { changing.emplace(known(tensor), "an input or a variable"); }

  Instruction begin(const Operator& op, Precision precision, const torch::jit::Stack& stack) {
    for (const auto& parameter : op.handle.schema().arguments())
      if (parameter.name() == "generator") throw RecordingError("draws random numbers, which a recorded step would repeat: make them an input");
    Instruction instruction{&op, precision, stack, {}, {}, {}};
    forEachTensor(stack, [&](const at::Tensor& tensor, uint32_t argument, uint32_t element) {
      if (tensor.defined()) instruction.inputs.push_back({argument, element, slotOf(tensor)});
    });
    removeTensors(instruction);
    return instruction;
  }

  void end(Instruction instruction, const torch::jit::Stack& results) {
    const auto& name = instruction.op->name;
    for (const auto& value : results)
      if (!value.isTensor() && !value.isTensorList())
        throw RecordingError("returns a value to the host, which a recorded step would not see change");
    forEachTensor(results, [&](const at::Tensor& tensor, uint32_t, uint32_t) {
      instruction.outputs.push_back(tensor.defined() ? resultSlot(tensor, name) : NO_SLOT);
    });
    program->instructions.push_back(std::move(instruction));
  }

  void endSegment() { program->ends.push_back(program->instructions.size()); }

  void requireReadable(const at::Tensor& tensor) const {
    const auto found = changing.find(tensor.unsafeGetTensorImpl());
    if (found != changing.end())
      throw RecordingError(found->second + " is read in the middle of a recorded step; see computeOnHost");
  }

  std::shared_ptr<Program> finish() {
    endSegment();
    std::vector<bool> needed(program->slots.size(), false);
    for (auto i = program->instructions.size(); i-- > 0;) {
      auto& instruction = program->instructions[i];
      const auto use = [&](uint32_t slot) {
        if (slot == NO_SLOT || needed[slot] || program->isExternal[slot]) return;
        needed[slot] = true;
        instruction.last.push_back(slot);
      };
      for (const auto slot : instruction.outputs) use(slot);
      for (const auto& input : instruction.inputs) use(input.slot);
    }
    return program;
  }

 private:
  using Implementation = const c10::TensorImpl*;
  using Weak = c10::weak_intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;

  std::shared_ptr<Program> program = std::make_shared<Program>();
  std::unordered_map<Implementation, uint32_t> slots;
  std::unordered_map<Implementation, std::string> changing;  // and in words what each is
  std::vector<Weak> seen;  // no other tensor gets their addresses

  Implementation known(const at::Tensor& tensor) {
    seen.emplace_back(tensor.getIntrusivePtr());
    return tensor.unsafeGetTensorImpl();
  }

  uint32_t newSlot(const at::Tensor& tensor, bool external) {
    const auto slot = static_cast<uint32_t>(program->slots.size());
    program->slots.push_back(external ? tensor : at::Tensor());
    program->isExternal.push_back(external);
    slots.emplace(known(tensor), slot);
    return slot;
  }

  uint32_t slotOf(const at::Tensor& tensor) {
    const auto found = slots.find(tensor.unsafeGetTensorImpl());
    return found == slots.end() ? newSlot(tensor, true) : found->second;
  }

  uint32_t resultSlot(const at::Tensor& tensor, const std::string& name) {
    const auto found = slots.find(tensor.unsafeGetTensorImpl());
    if (found == slots.end()) {
      const auto slot = newSlot(tensor, false);
      changing.emplace(tensor.unsafeGetTensorImpl(), "the result of " + name);
      return slot;
    }
    const bool inPlace = name.back() == '_' || name.find("_.") != std::string::npos;
    if (inPlace && !changing.count(tensor.unsafeGetTensorImpl()))
      throw RecordingError("changes a tensor that the recorded step takes for a constant");
    return found->second;
  }

  static void removeTensors(Instruction& instruction) {
    uint32_t copied = UINT32_MAX;
    for (const auto& [argument, element, slot] : instruction.inputs) {
      auto& value = instruction.arguments[argument];
      if (element == NOT_IN_LIST) {
        value = c10::IValue();
        continue;
      }
      if (copied != argument) value = c10::IValue(value.toList().copy());
      copied = argument;
      value.toList().set(element, c10::IValue(at::Tensor()));
    }
  }
};

bool sameArguments(const Instruction& a, const Instruction& b) {
  for (size_t i = 0; i < a.arguments.size(); ++i) {
    const auto &x = a.arguments[i], &y = b.arguments[i];
    if (x.tagKind() != y.tagKind()) return false;
    const bool holdsTensors = x.isTensorList() || std::any_of(a.inputs.begin(), a.inputs.end(),
                                                             [&](const auto& input) { return input.argument == i; });
    if (holdsTensors ? x.isList() && x.toList().size() != y.toList().size() : !(x == y)) return false;
  }
  return true;
}

bool sameValues(const at::Tensor& a, const at::Tensor& b) {
  return a.is_same(b) || (a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type() && a.equal(b));
}

/**
 * Two recordings of a step must be the same program with the same constants: what differs depends on something that the
 * program would not see change. @throws RecordingError naming the first difference
 */
void requireSame(const Program& a, const Program& b) {
  const auto count = std::min(a.instructions.size(), b.instructions.size());
  for (size_t i = 0; i < count; ++i) {
    const auto &x = a.instructions[i], &y = b.instructions[i];
    const auto at = c10::str("call ", i + 1, " of ", a.instructions.size(), ", ", x.op->name);
    if (x.op != y.op) throw RecordingError(at + ", is " + y.op->name + " the next time");
    if (x.precision != y.precision || !sameArguments(x, y))
      throw RecordingError(at + ", has other arguments the next time: make what changes an input");
    bool wired = x.inputs.size() == y.inputs.size() && x.outputs == y.outputs;
    for (size_t k = 0; wired && k < x.inputs.size(); ++k) wired = x.inputs[k].slot == y.inputs[k].slot;
    if (!wired) throw RecordingError(at + ", takes other tensors the next time");
    for (const auto& input : x.inputs)
      if (a.isExternal[input.slot] && !sameValues(a.slots[input.slot], b.slots[input.slot]))
        throw RecordingError(c10::str(at, ", takes a constant ", a.slots[input.slot].sizes(),
                                      " that is another one the next time: make it an input"));
  }
  if (a.instructions.size() != b.instructions.size() || a.ends != b.ends)
    throw RecordingError(c10::str("the step makes ", a.instructions.size(), " calls, and ", b.instructions.size(),
                                  " the next time"));
}

}  // namespace
