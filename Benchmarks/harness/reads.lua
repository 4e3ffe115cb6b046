-- GET of one path, the tokens of a file in turn, so that no user goes over the limit of requests.
local requests = {}
local next = 0

function init(arguments)
    local path = arguments[1]
    for token in io.lines(arguments[2]) do
        requests[#requests + 1] = wrk.format("GET", path, { Authorization = "Bearer " .. token })
    end
end

function request()
    next = next % #requests + 1
    return requests[next]
end
