-- For the gateway's benchmarks: sends what the environment says, and prints what wrk has measured as one line of JSON.
-- PORTS are those of the servers: each of wrk's threads has one.
wrk.method = os.getenv("METHOD")
wrk.body = os.getenv("BODY")
wrk.headers["Authorization"] = os.getenv("AUTHORIZATION")

local ports = {}
for port in string.gmatch(os.getenv("PORTS"), "%d+") do table.insert(ports, port) end
local threads = 0

function setup(thread)
  threads = threads + 1
  thread.addr = wrk.lookup(wrk.host, ports[threads])[1]
  thread:set("number", threads)
end

local key = os.getenv("KEY")
if wrk.body then
  wrk.headers["Content-Type"] = "application/json"
  local count = 0
  -- A guest's client sends each create with a new key.
  function request()
    count = count + 1
    wrk.headers["Idempotency-Key"] = key .. number .. "-" .. count
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
