/*
 * A helper for tests of stopping: the part of an interactive shell that job control
 * takes. Runs the command in a process group of its own in the foreground; when it has
 * stopped says so, waits for a byte, and continues it in the foreground. Leaves the
 * terminal's modes alone, which shells do not.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void put_in_foreground(pid_t group)
{
    tcsetpgrp(STDIN_FILENO, group);
}

static void run_child(char **argv)
{
    setpgid(0, 0);
    put_in_foreground(getpid());
    signal(SIGTTOU, SIG_DFL);
    execv(argv[0], argv);
    _exit(127);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    signal(SIGTTOU, SIG_IGN);
    pid_t child = fork();
    if (child == 0)
        run_child(argv + 1);
    if (child < 0)
        return 1;
    setpgid(child, child);
    printf("child %ld.\r\n", (long)child);
    fflush(stdout);
    int status, n_stops = 0;
    while (waitpid(child, &status, WUNTRACED) == child) {
        put_in_foreground(getpgrp());
        if (!WIFSTOPPED(status))
            return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
        printf("stop %d by signal %d\r\n", ++n_stops, WSTOPSIG(status));
        fflush(stdout);
        char byte;
        if (read(STDIN_FILENO, &byte, 1) != 1)
            return 1;
        put_in_foreground(child);
        kill(-child, SIGCONT);
    }
    return 1;
}
