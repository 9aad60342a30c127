#pragma once

namespace abv::plugin {

// Makes a fatal signal (SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL) write "crashed in plugin
// <instance>" to stderr when the thread was running a plugin's code, and then take its default
// course, with a core file where those are on. Call it once, at start.
void install_crash_note();

}  // namespace abv::plugin
