/* spoor: the program. Everything is in the command table of src/cli. */
#include "src/cli/cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
