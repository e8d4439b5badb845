-- For wrk: every request asks for a new payment. Arguments: API key, seconds to wait for the settlement, name of the
-- run.

local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

function init(args)
   sent = 0
   run = args[3]
   headers = {
      ["Authorization"] = "Bearer " .. args[1],
      ["Content-Type"] = "application/json",
      ["Prefer"] = "wait=" .. args[2]
   }
end

function request()
   sent = sent + 1
   local debtor = (number * 4999 + sent * 31) % 10000
   headers["Idempotency-Key"] = string.format('"%s-%d-%d"', run, number, sent)
   local body = string.format(
      '{"debtorAccount":"account-%d","creditorAccount":"account-%d","amountMinor":1,"currency":"EUR"}',
      debtor, (debtor + 1) % 10000)
   return wrk.format("POST", nil, headers, body)
end

-- Read by the benchmark: requests, microseconds, broken connections, answers that are errors, latencies in
-- microseconds.
function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format("result %d %d %d %d %d %d %d\n",
      summary.requests, summary.duration, errors.connect + errors.read + errors.write + errors.timeout, errors.status,
      latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
