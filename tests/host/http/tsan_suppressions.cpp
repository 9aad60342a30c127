// What ThreadSanitizer is not to report in these tests.

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ABV_UNDER_TSAN
#endif
#elif defined(__SANITIZE_THREAD__)
#define ABV_UNDER_TSAN
#endif

#ifdef ABV_UNDER_TSAN
// Poco counts references with atomics within its library, which is built without the sanitizer. So
// it cannot see that the last release, the acceptor's of a socket, comes after all other use.
extern "C" const char* __tsan_default_suppressions() {
  return "race:Poco::Net::TCPServer::run\n"
         "race:Poco::Net::SocketImpl::close\n";
}
#endif
