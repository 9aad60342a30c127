// What sanitizers cannot see, because Poco is not built with them.

extern "C" const char* __tsan_default_suppressions();

// The last of the threads that share a socket deletes it, after an atomic count inside of Poco.
extern "C" const char* __tsan_default_suppressions() {
  return "race:Poco::Net::TCPServer::run\n";
}
