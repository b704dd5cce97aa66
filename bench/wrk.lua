-- POSTs one review over and over, and prints what became of it as one line of JSON.
-- usage: wrk ... -s wrk.lua URL -- FILE

function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/json"
  wrk.body = file:read("*a")
  file:close()
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}\n',
    summary.requests, summary.duration,
    errors.connect, errors.read, errors.write, errors.timeout, errors.status))
end
