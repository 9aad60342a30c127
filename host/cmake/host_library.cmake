# abv_host_library(<folder> SOURCES <file>... [DEPENDS <folder>...] [LINK <target>...])
#
# Makes the static library abv::<folder> of one folder of host/.
#
# Its headers are reachable only through a directory of links that holds this one folder, so
# `#include "host/route/…"` compiles only in a folder that names `route` among its DEPENDS. That is
# the fence between the folders: a wrong include is a compile error, not a matter of review.
function(abv_host_library folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LINK")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "abv_host_library(${folder}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()

  set(fence "${PROJECT_BINARY_DIR}/fences/${folder}")
  file(MAKE_DIRECTORY "${fence}/host")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/host/${folder}" "${fence}/host/${folder}" SYMBOLIC)

  add_library(abv_${folder} STATIC ${arg_SOURCES})
  add_library(abv::${folder} ALIAS abv_${folder})
  target_include_directories(abv_${folder} PUBLIC "${fence}")
  list(TRANSFORM arg_DEPENDS PREPEND "abv::")
  target_link_libraries(abv_${folder} PUBLIC ${arg_DEPENDS} ${arg_LINK} PRIVATE abv::warnings)
endfunction()
