// Work that waits, for a device or for other processes, off the JS thread.

#pragma once

#include "call.h"
#include "values.h"

namespace {

struct Job {
  using Body = std::function<void()>;
  using Finish = std::function<napi_value(napi_env, Environment&)>;

  std::shared_ptr<Environment> environment;
  Body body;
  Finish finish;
  std::string code;
  std::string error;
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;

  template <typename Attempted>
  void attempt(Attempted attempted) {
    guarded(attempted, [this](const char* failed, const std::string& message) {
      code = failed;
      error = message;
    });
  }
};

void runJob(napi_env, void* data) {
  auto& job = *static_cast<Job*>(data);
  job.attempt([&] { job.body(); });
}

void finishJob(napi_env env, napi_status, void* data) {
  const std::unique_ptr<Job> job(static_cast<Job*>(data));
  napi_delete_async_work(env, job->work);
  if (job->environment->closed) return;
  napi_value result = nullptr;
  if (job->code.empty()) job->attempt([&] { result = job->finish(env, *job->environment); });
  if (result) {
    napi_resolve_deferred(env, job->deferred, result);
    return;
  }
  napi_value code, message, error;
  const bool made = napi_create_string_utf8(env, job->code.data(), job->code.size(), &code) == napi_ok &&
                    napi_create_string_utf8(env, job->error.data(), job->error.size(), &message) == napi_ok &&
                    napi_create_error(env, code, message, &error) == napi_ok;
  if (made) napi_reject_deferred(env, job->deferred, error);
}

/** A promise of what `finish` makes, on the JS thread, after `body` has run on another one. */
napi_value offThread(Call& call, Job::Body body, Job::Finish finish) {
  auto job = std::make_unique<Job>();
  job->environment = call.shared;
  job->body = std::move(body);
  job->finish = std::move(finish);
  check(napi_create_async_work(call.env, nullptr, fromString(call.env, "offThread"), runJob, finishJob, job.get(),
                               &job->work),
        "async work");
  napi_value promise;
  check(napi_create_promise(call.env, &job->deferred, &promise), "promise");
  check(napi_queue_async_work(call.env, job->work), "async work");
  job.release();
  return promise;
}

}  // namespace
