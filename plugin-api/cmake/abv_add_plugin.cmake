# abv_add_plugin(<name> SOURCES <file>... [LINK <target>...]
#                [OUTPUT_DIRECTORY <dir>] [INSTALL_DIRECTORY <dir>])
#
# Builds <name>.so, a module that abv-host can load and that exports its entry symbol only, and writes
# <name>.abv.json, its manifest, beside it. Both go to OUTPUT_DIRECTORY, by default
# ${CMAKE_BINARY_DIR}/plugins, and are installed to INSTALL_DIRECTORY when that is given.
#
# ABV_MANIFEST_TOOL replaces the program that writes the manifest. It has to load the plugin; so a
# plugin built with a sanitizer needs a tool built with the same one.
set(ABV_PLUGIN_VERSION_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/abv-plugin.map"
  CACHE INTERNAL "Linker script that hides all but the entry symbol")

function(abv_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT_DIRECTORY;INSTALL_DIRECTORY" "SOURCES;LINK")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "abv_add_plugin(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_OUTPUT_DIRECTORY)
    set(arg_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins")
  endif()
  set(manifest "${arg_OUTPUT_DIRECTORY}/${name}.abv.json")

  # The target has a name of its own, so that a plugin may be called like a library of the project.
  set(target "abv_plugin_${name}")
  add_library(${target} MODULE ${arg_SOURCES})
  add_library(abv::plugin::${name} ALIAS ${target})
  target_link_libraries(${target} PRIVATE abv::plugin-api ${arg_LINK})
  set_target_properties(${target} PROPERTIES
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    LIBRARY_OUTPUT_DIRECTORY "${arg_OUTPUT_DIRECTORY}"
    OUTPUT_NAME "${name}"
    PREFIX ""
    SKIP_BUILD_RPATH ON
    SUFFIX ".so"
    VISIBILITY_INLINES_HIDDEN ON)
  if(CMAKE_CXX_COMPILER_LOADED)
    target_compile_features(${target} PRIVATE cxx_std_20)
  endif()

  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    set_target_properties(${target} PROPERTIES LINK_DEPENDS "${ABV_PLUGIN_VERSION_SCRIPT}")
    target_link_options(${target} PRIVATE
      "LINKER:--version-script=${ABV_PLUGIN_VERSION_SCRIPT}"
      "LINKER:-z,now"
      "LINKER:--exclude-libs,ALL")
    # Clang leaves a sanitizer's runtime out of modules: its symbols come from the program.
    if(NOT "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS} ${CMAKE_MODULE_LINKER_FLAGS}" MATCHES "-fsanitize")
      target_link_options(${target} PRIVATE "LINKER:-z,defs")
    endif()
    # Without this, an inline static stays bound to the first version that was ever loaded.
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  endif()

  set(tool "$<TARGET_FILE:abv::manifest>")
  if(ABV_MANIFEST_TOOL)
    set(tool "${ABV_MANIFEST_TOOL}")
  endif()
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND "${tool}" "$<TARGET_FILE:${target}>" "${manifest}"
    BYPRODUCTS "${manifest}"
    COMMENT "Writing ${name}.abv.json"
    VERBATIM)

  # As plain files: install(TARGETS) may strip the library, and its digest stands in the manifest.
  if(arg_INSTALL_DIRECTORY)
    install(PROGRAMS "$<TARGET_FILE:${target}>" DESTINATION "${arg_INSTALL_DIRECTORY}")
    install(FILES "${manifest}" DESTINATION "${arg_INSTALL_DIRECTORY}")
  endif()
endfunction()
