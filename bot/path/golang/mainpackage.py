from bot.facts.build import MainPackage
from bot.path.golang.repo import GoRepo
def read_main(repo: GoRepo, directory: str) -> MainPackage | None:
    return None
