-- A run of SELECT 1: POST until it is final, then GET of its result. A connection that is free takes the next run.
local ready = {}
local post, headers
completed, failed = 0, 0

function init(arguments)
    headers = { Authorization = "Bearer " .. arguments[1], ["Content-Type"] = "application/json" }
    local body = '{"datasource_id":"' .. arguments[2] .. '","sql":"SELECT 1"}'
    post = wrk.format("POST", "/api/v1/runs/execute?wait=10", headers, body)
end

function request()
    local id = table.remove(ready)
    if id then return wrk.format("GET", "/api/v1/runs/" .. id .. "/result?limit=100", headers) end
    return post
end

function response(status, _, body)
    if status == 201 and body:find('"status":"completed"', 1, true) then
        ready[#ready + 1] = body:match('"id":"([^"]+)"')
    elseif status == 200 and body:find('"rows":[[1]]', 1, true) then
        completed = completed + 1
    else
        failed = failed + 1
    end
end

local threads = {}

function setup(thread)
    threads[#threads + 1] = thread
end

function done(summary)
    local sum, bad = 0, 0
    for _, thread in ipairs(threads) do
        sum = sum + thread:get("completed")
        bad = bad + thread:get("failed")
    end
    print(string.format("count completed %d", sum))
    print(string.format("count failed %d", bad))
    print(string.format("count seconds %.6f", summary.duration / 1e6))
end
