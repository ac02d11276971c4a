// Preloaded: whoever waits for the journal of a database to be on disk asks at a socket first, and waits for the answer.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int is_journal(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 4) return 0;
  path[length] = 0;
  return strcmp(path + length - 4, "-wal") == 0;
}

static void ask(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", getenv("SYNC_GATE"));
  int gate = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  char answer;
  if (connect(gate, (struct sockaddr *)&address, sizeof address) == 0) read(gate, &answer, 1);
  close(gate);
}

static int wait_for_disk(const char *name, int fd) {
  int (*call)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  if (is_journal(fd)) ask();
  return call(fd);
}

int fdatasync(int fd) { return wait_for_disk("fdatasync", fd); }
int fsync(int fd) { return wait_for_disk("fsync", fd); }
