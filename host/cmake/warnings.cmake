# abv::warnings: what every target of this repository compiles with.
#
# Warnings become errors through CMAKE_COMPILE_WARNING_AS_ERROR, which the presets set and a plain
# user build does not: a newer compiler's new warning must not stop someone who only wants to run it.
add_library(abv_warnings INTERFACE)
add_library(abv::warnings ALIAS abv_warnings)
target_compile_options(abv_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast -Wnon-virtual-dtor -Wextra-semi>)
