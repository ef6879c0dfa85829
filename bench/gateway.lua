-- For bench/gateway.mjs: sends what the environment says, and prints what wrk has measured as one line of JSON.
wrk.method = os.getenv("METHOD")
wrk.body = os.getenv("BODY")
wrk.headers["Authorization"] = os.getenv("AUTHORIZATION")

local key = os.getenv("KEY")
if wrk.body then
  wrk.headers["Content-Type"] = "application/json"
  local count = 0
  -- A guest's client sends each create with a new key.
  function request()
    count = count + 1
    wrk.headers["Idempotency-Key"] = key .. count
    return wrk.format()
  end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format(
    '{"requests":%d,"us":%d,"p50":%d,"p99":%d,"failed":%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed
  ))
end
