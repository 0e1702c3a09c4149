// JS values to C++ ones and back.

#pragma once

#include <cmath>

#include "environment.h"

namespace {

constexpr size_t MAX_TEXT = 1 << 16;
constexpr uint32_t MAX_LIST = 1 << 20;

napi_valuetype typeOf(napi_env env, napi_value value) {
  napi_valuetype type;
  check(napi_typeof(env, value, &type), "typeof");
  return type;
}

bool isMissing(napi_env env, napi_value value) {
  const auto type = typeOf(env, value);
  return type == napi_undefined || type == napi_null;
}

double toNumber(napi_env env, napi_value value) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) throw ArgumentError("expected a number");
  return number;
}

int64_t toInteger(napi_env env, napi_value value) {
  const double number = toNumber(env, value);
  if (std::nearbyint(number) != number || std::abs(number) > MAX_SAFE_INTEGER)
    throw ArgumentError("expected an integer, got " + std::to_string(number));
  return static_cast<int64_t>(number);
}

bool toBoolean(napi_env env, napi_value value) {
  bool boolean;
  if (napi_get_value_bool(env, value, &boolean) != napi_ok) throw ArgumentError("expected a boolean");
  return boolean;
}

std::string toString(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) throw ArgumentError("expected a string");
  if (length > MAX_TEXT) throw ArgumentError("a string of " + std::to_string(length) + " bytes is too long");
  std::string text(length, '\0');
  check(napi_get_value_string_utf8(env, value, text.data(), length + 1, &length), "string");
  return text;
}

/** `item` runs between two reads of the array, which may be getters that do anything. */
template <typename Item>
void forEachItem(napi_env env, napi_value value, Item item) {
  bool isArray = false;
  uint32_t length = 0;
  check(napi_is_array(env, value, &isArray), "array");
  if (!isArray) throw ArgumentError("expected an array");
  check(napi_get_array_length(env, value, &length), "array length");
  if (length > MAX_LIST) throw ArgumentError("a list of " + std::to_string(length) + " elements is too long");
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    check(napi_get_element(env, value, i, &element), "array element");
    item(element);
  }
}

std::vector<int64_t> toIntegers(napi_env env, napi_value value) {
  std::vector<int64_t> list;
  forEachItem(env, value, [&](napi_value element) { list.push_back(toInteger(env, element)); });
  return list;
}

napi_value fromNumber(napi_env env, double number) {
  napi_value value;
  check(napi_create_double(env, number, &value), "number");
  return value;
}

napi_value fromBoolean(napi_env env, bool boolean) {
  napi_value value;
  check(napi_get_boolean(env, boolean, &value), "boolean");
  return value;
}

napi_value fromString(napi_env env, const std::string& text) {
  napi_value value;
  check(napi_create_string_utf8(env, text.data(), text.size(), &value), "string");
  return value;
}

template <typename List, typename Convert>
napi_value fromList(napi_env env, const List& list, Convert convert) {
  napi_value array;
  check(napi_create_array_with_length(env, list.size(), &array), "array");
  uint32_t index = 0;
  for (const auto& element : list) check(napi_set_element(env, array, index++, convert(element)), "array element");
  return array;
}

/** The tensor itself, not its slot: JS code that a later conversion runs may release the handle. */
at::Tensor toTensor(napi_env env, const Environment& environment, napi_value value) {
  if (typeOf(env, value) != napi_number) throw ArgumentError("expected a tensor handle");
  return environment.slots[environment.slotOf(toNumber(env, value))].tensor;
}

}  // namespace
