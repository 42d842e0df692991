#!/usr/bin/env bash
# Builds the ledger with faults put in on purpose, in a folder of its own, and lets the simulator find each of them.
# Ends with "N of N mutants died"; a survivor is an error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=(-c Release -p:Mutants=true -p:RunAnalyzers=false "-p:ArtifactsPath=$PWD/artifacts/mutants")
dotnet build tests/Simulation.Tests "${build[@]}" -m:1 -nodeReuse:false
exec artifacts/mutants/bin/Simulation.Tests/release/Gateway.Simulation.Tests \
  -method '*Every_mutant_dies' -showLiveOutput
