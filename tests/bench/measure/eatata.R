# Assembles one form with eatATA and GLPK: Rscript eatata.R FOLDER SECONDS
# FOLDER/items.csv: item, cost. FOLDER/rows.csv: row, low, high, item, value, a line for each entry of a row.
# Prints as JSON the seconds that the constraints and the solver took, and the cost of the form: null where it is not proven.

suppressMessages(library(eatATA))
given <- commandArgs(TRUE)
items <- read.csv(file.path(given[1], "items.csv"), colClasses = c("character", "numeric"))
entries <- read.csv(file.path(given[1], "rows.csv"), colClasses = c(item = "character"))
entries$place <- match(entries$item, items$item)
rows <- unname(split(entries, entries$row))
named <- function(values) setNames(values, items$item)

# eatATA refuses a bound that is over the supply.
constraint <- function(row) {
  values <- named(rep(0, nrow(items)))
  values[row$place] <- row$value
  low <- row$low[1]
  high <- min(row$high[1], sum(values))
  if (low == high) return(itemValuesConstraint(1, values, operator = "=", targetValue = low))
  if (low <= 0) return(itemValuesMaxConstraint(1, values, max = high))
  itemValuesRangeConstraint(1, values, range = c(low, high))
}

began <- proc.time()[["elapsed"]]
constraints <- c(lapply(rows, constraint), list(minObjective(1, named(items$cost))))
built <- proc.time()[["elapsed"]]
found <- suppressMessages(useSolver(constraints, solver = "GLPK", timeLimit = as.numeric(given[2]), verbose = FALSE))
solved <- proc.time()[["elapsed"]]
chosen <- found$solution[seq_len(nrow(items))] > 0.5
cost <- if (found$solution_found) format(sum(items$cost[chosen]), scientific = FALSE) else "null"
cat(sprintf('{"build": %.3f, "solve": %.3f, "cost": %s}\n', built - began, solved - built, cost))
